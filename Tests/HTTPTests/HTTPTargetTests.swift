import HTTP
import Testing

@Suite("Request targets and routes")
struct HTTPTargetTests {
    @Test func `a target is split before it is decoded`() throws {
        let target = try #require(HTTPTarget("/v1/a%2Fb/c?x=1&y=%26+z&x=2&flag#rest"))
        #expect(target.segments == ["v1", "a/b", "c"])
        #expect(target.query.map(\.name) == ["x", "y", "x", "flag"])
        #expect(target.query.map(\.value) == ["1", "& z", "2", ""])
        #expect(HTTPTarget("/")?.segments == [])
        #expect(HTTPTarget("/a/")?.segments == ["a", ""])
        #expect(HTTPTarget("http://host:1/a?b=c")?.segments == ["a"])
        #expect(HTTPTarget("http://host?b=c")?.query.count == 1)
    }

    @Test(arguments: [
        "", "a", "*", "/%", "/%4", "/%zz", "/%ff", "/a/../b", "/%2e%2e/b", "/.", "/%0a", "/?a=%00", "/?%f",
    ])
    func `a malformed target is refused`(_ text: String) { #expect(HTTPTarget(text) == nil) }

    @Test func `routes match by segments, literals before names`() async throws {
        var router = HTTPRouter()
        router.add("GET", "/v1/things/{id}") { request in .text("one \(request.parameters["id"] ?? "")") }
        router.add("GET", "/v1/things/all") { _ in .text("all") }
        router.add("POST", "/v1/things") { _ in .text("made", status: 201) }
        router.add("DELETE", "/v1/things/{id}") { _ in .text("gone") }
        func ask(_ method: String, _ path: String) async -> (Int, String, HTTPHeaders) {
            let response = await router.dispatch(HTTPRequest(method: method, target: HTTPTarget(path)!))
            guard case .bytes(let bytes) = response.body else { return (0, "", [:]) }
            return (response.status, String(decoding: bytes, as: UTF8.self), response.headers)
        }
        #expect(await ask("GET", "/v1/things/a%20b").1 == "one a b")
        #expect(await ask("GET", "/v1/things/all").1 == "all")
        #expect(await ask("HEAD", "/v1/things/x").0 == 200)
        #expect(await ask("DELETE", "/v1/things/all").0 == 405)
        let refused = await ask("PATCH", "/v1/things/x")
        #expect(refused.0 == 405 && refused.2["allow"] == "GET, DELETE" && refused.1.contains("HT0006"))
        for path in ["/", "/v1", "/v1/things/", "/v1/things/a/b"] {
            let missing = await ask("GET", path)
            #expect(missing.0 == 404 && missing.1.contains("HT0005"))
        }
        #expect(router.pattern(of: HTTPTarget("/v1/things/9")!) == "/v1/things/{id}")
    }

    @Test func `an event's lines stay in their fields`() {
        let event = ServerSentEvent(id: "1\n2", name: "a", data: "x\r\ny\n")
        #expect(String(decoding: event.bytes, as: UTF8.self) == "id: 12\nevent: a\ndata: x\ndata: y\ndata: \n\n")
    }
}
