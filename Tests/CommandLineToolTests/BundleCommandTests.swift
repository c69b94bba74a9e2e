import CommandLineDomain
import Core
import Foundation
import Glibc
import HTTP
import TestKit
import Testing

@testable import CommandLineTool

/// Definitions that refer to documents on other servers and in files.
@Suite(.timeLimit(.minutes(5))) struct BundleCommandTests {
    /// The specification's example, its function at `url`.
    static func example(_ url: String) throws -> String {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Conformance/upstream/examples/call-custom-function-cataloged.yaml")
        let origin = "https://raw.githubusercontent.com/serverlessworkflow/catalog/main"
        return try String(contentsOf: path, encoding: .utf8).replacing(origin, with: url)
    }

    static let log = """
        input: { schema: { document: { type: object, required: [ message ] } } }
        set: '${ "\\(.level): \\(.message)" }'
        """

    /// A function whose input is described by what stands at `url`.
    static func described(_ url: String) -> HTTPResponse {
        .text("{ set: { x: 1 }, input: { schema: { resource: { endpoint: '\(url)' } } } }")
    }

    static func answer(_ request: HTTPRequest) -> HTTPResponse {
        func moved(_ path: String) -> HTTPResponse {
            var response = HTTPResponse(status: 302)
            response.headers["location"] = path
            return response
        }
        switch request.path {
        case "/functions/log/1.0.0/function.yaml": return HTTPResponse(status: 200, body: .bytes(Array(log.utf8)))
        case "/moved/functions/log/1.0.0/function.yaml": return moved("/functions/log/1.0.0/function.yaml")
        case "/round/functions/log/1.0.0/function.yaml": return moved("/around")
        case "/around": return moved("/round/functions/log/1.0.0/function.yaml")
        case "/file/functions/log/1.0.0/function.yaml": return moved("file:///etc/passwd")
        case "/large/functions/log/1.0.0/function.yaml":
            return HTTPResponse(status: 200, body: .bytes(Array(repeating: 0x20, count: 2 << 20)))
        case "/v1/workflows":
            return .json(["status": "registered", "given": (try? JSON(parsing: request.body)) ?? .null])
        default: return HTTPResponse(status: 404)
        }
    }

    static func with(_ body: (Terminal, String) async throws -> Void) async throws {
        let server = HTTPServer(HTTPServerConfiguration()) { request in answer(request) }
        try server.start()
        let url = "http://127.0.0.1:\(server.boundPort ?? 0)"
        try await body(try Terminal(environment: ["CADENZA_URL": url]), url)
        await server.drain(grace: .zero)
    }

    @Test func theSpecificationsExampleRunsWithItsFunction() async throws {
        try await Self.with { terminal, url in
            let file = try terminal.file("a.yaml", try Self.example(url))
            #expect(await terminal.run("run", file, "--virtual", "--quiet") == .done, "\(terminal.notes)")
            #expect(terminal.json == "information: Hello, world!")
            #expect(await terminal.run("lint", file) == .done)
            #expect(
                await terminal.run("simulate", file, "--seeds", "3", "--invariant", ".status == \"completed\"") == .done
            )
            let moved = try terminal.file("b.yaml", try Self.example(url + "/moved"))
            #expect(await terminal.run("lint", moved) == .done)
        }
    }

    @Test func whatIsPrintedIsWholeAndSaysWhereItIsFrom() async throws {
        try await Self.with { terminal, url in
            let file = try terminal.file("a.yaml", try Self.example(url))
            #expect(await terminal.run("bundle", file, "--json") == .done)
            let record = terminal.json?["document"]?["metadata"]?["bundle"]?[0]
            #expect(record?["origin"]?.string == url + "/functions/log/1.0.0/function.yaml")
            #expect(record?["sha256"]?.string == "d114a9d44268bdb6271ba265bd37d2fa38017f824f5f2d7377141b18d1324ce8")
            #expect(await terminal.run("bundle", file) == .done)
            // The whole needs nobody any more, and is its own bundle.
            let whole = try terminal.file("whole.yaml", terminal.out.replacing(url, with: "http://127.0.0.1:1"))
            let text = terminal.out.replacing(url, with: "http://127.0.0.1:1")
            #expect(await terminal.run("run", whole, "--virtual", "--quiet") == .done, "\(terminal.notes)")
            #expect(await terminal.run("bundle", whole) == .done)
            #expect(terminal.out == text)
        }
    }

    @Test func whatIsRegisteredIsWhole() async throws {
        try await Self.with { terminal, url in
            let file = try terminal.file("a.yaml", try Self.example(url))
            #expect(await terminal.run("register", file, "--json") == .done)
            let functions = terminal.json?["given"]?["use"]?["functions"]
            #expect(functions?[url + "/functions/log/1.0.0/function.yaml"]?["set"] != nil)
        }
    }

    @Test(arguments: [
        ("/none", "answers by 404"), ("/round", "redirects without an end"), ("/file", "nothing is fetched from"),
        ("/large", "larger than"),
    ]) func whatCannotBeFetchedIsAFaultAtItsPlace(path: String, words: String) async throws {
        try await Self.with { terminal, url in
            let file = try terminal.file("a.yaml", try Self.example(url + path))
            #expect(await terminal.run("lint", "--json", file) == .negative)
            #expect(terminal.json?.array?.count == 1)
            #expect(terminal.json?[0]?["pointer"] == "/do/0/log/call" && terminal.json?[0]?["line"] == 8)
            #expect(terminal.json?[0]?["found"]?.string?.contains(words) == true, "\(terminal.out)")
            #expect(await terminal.run("run", file, "--virtual") == .usage)
            #expect(await terminal.run("register", file) == .usage)
            #expect(await terminal.run("bundle", file) == .usage)
        }
    }

    @Test func aDocumentFromTheNetworkHasOthersFromItsOwnHostOnly() async throws {
        try await withOutside({ _, _ in .text("{ type: object }") }) { (inner, asked) async throws in
            let links = ["/near": "/s.json", "/far": inner + "/s.json", "/round": "/moved"]
            try await withOutside({ request, _ in
                var moved = HTTPResponse(status: 302)
                moved.headers["location"] = inner + "/s.json"
                let own = "http://" + (request.headers["host"] ?? "")
                switch request.path {
                case "/s.json": return .text("{ type: object }")
                case "/moved": return moved
                default:
                    let link = links[request.path] ?? ""
                    return Self.described(link.hasPrefix("/") ? own + link : link)
                }
            }) { (outer, _) async throws in
                let terminal = try Terminal()
                func lint(_ path: String, _ more: String...) async throws -> CommandLineDomain.ExitStatus {
                    let file = try terminal.file(
                        "a.yaml",
                        "document: { dsl: '1.0.3', namespace: test, name: far, version: '1.0.0' }\n"
                            + "do: [ { one: { call: '\(outer)\(path)' } } ]\n")
                    if let host = more.first { return await terminal.run("lint", "--allow-host", host, file) }
                    return await terminal.run("lint", file)
                }
                #expect(try await lint("/near") == .done, "\(terminal.out)")
                for path in ["/far", "/round"] {
                    #expect(try await lint(path) == .negative)
                    #expect(terminal.out.contains("another host") && terminal.out.contains("--allow-host 127.0.0.1"))
                }
                #expect(asked.all.isEmpty)
                #expect(try await lint("/far", "127.0.0.1") == .done, "\(terminal.out)")
                #expect(try await lint("/far", "a/b") == .usage)
            }
        }
    }

    @Test func oneDocumentMayBeReferredToOftenBesideAllTheOthers() async throws {
        try await withOutside({ _, _ in .text("{ type: object }") }) { (url, asked) async throws in
            let terminal = try Terminal()
            for (count, status) in [(64, CommandLineDomain.ExitStatus.done), (65, .negative)] {
                let tasks = (0..<count).flatMap { [$0, 0] }.enumerated().map {
                    "  - t\($0): { set: { x: 1 }, output: { schema: { resource: { endpoint: '\(url)/\($1)' } } } }\n"
                }
                let file = try terminal.file(
                    "a.yaml",
                    "document: { dsl: '1.0.3', namespace: test, name: many, version: '1.0.0' }\ndo:\n" + tasks.joined())
                #expect(await terminal.run("lint", file) == status, "\(terminal.out)")
                #expect(asked.all.count == (count == 64 ? 64 : 128))
            }
        }
    }

    @Test func whatFailsIsTriedAgainAsTheDefinitionSaysAndNotByItself() async throws {
        try await withOutside({ _, _ in .text("busy", status: 503) }) { (url, asked) async throws in
            let terminal = try Terminal()
            let file = try terminal.file(
                "a.yaml",
                "document: { dsl: '1.0.3', namespace: test, name: busy, version: '1.0.0' }\n"
                    + "do: [ { one: { call: http, with: { method: get, endpoint: '\(url)' } } } ]\n")
            #expect(await terminal.run("run", file, "--quiet") == .negative)
            #expect(asked.all.count == 1)
        }
    }

    @Test func aServerThatSaysNothingIsGivenUp() async throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutableBytes(of: &address) { bytes in
            guard let name = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return }
            #expect(bind(listener, name, size) == 0 && listen(listener, 1) == 0)
            #expect(getsockname(listener, name, &size) == 0)
        }
        let client = HTTPClient()
        defer { client.close() }
        let fetcher = DocumentFetcher(
            folder: ".", client: client, clock: SystemClock(), hosts: .unrestricted, time: .milliseconds(50))
        let taken = await ContinuousClock().measure {
            await #expect(throws: DocumentFetcher.Failure.self) {
                try await fetcher.fetch("http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/x")
            }
        }
        #expect(taken < .seconds(20))
    }

    @Test func filesBesideTheDefinitionMayBeReferredTo() async throws {
        let terminal = try Terminal()
        let beside = try terminal.file("greet.yaml", "set: { text: hello }")
        func file(_ url: String) throws -> String {
            try terminal.file(
                "a.yaml",
                """
                document: { dsl: '1.0.3', namespace: test, name: beside, version: '1.0.0' }
                do: [ { one: { call: '\(url)' } } ]
                """)
        }
        for url in ["file:greet.yaml", "file://\(beside)"] {
            #expect(await terminal.run("run", try file(url), "--virtual", "--quiet") == .done, "\(terminal.notes)")
            #expect(terminal.json == ["text": "hello"])
        }
        let link = terminal.path("link.yaml")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/etc/hostname")
        for url in ["file:../x.yaml", "file:///etc/hostname", "file:link.yaml"] {
            #expect(await terminal.run("lint", try file(url)) == .negative)
            #expect(terminal.out.contains("not in the definition's folder"), "\(terminal.out)")
        }
    }
}
