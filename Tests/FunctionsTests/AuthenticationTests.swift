import Core
import HTTP
import ObjectStore
import TestKit
import Testing

@testable import Functions

@Suite("Authentication", .timeLimit(.minutes(5)))
struct AuthenticationTests {
    /// A server that is authority and resource in one.
    private func answer(_ request: HTTPRequest, lifetime: Int = 3600, token: String = "abc") -> HTTPResponse {
        switch request.path {
        case "/oauth2/token", "/custom":
            return .json([
                "access_token": .string(token), "token_type": "bearer", "expires_in": .integer(Int64(lifetime)),
            ])
        case "/realm/.well-known/openid-configuration":
            return .json(["token_endpoint": .string("http://\(request.headers["host"] ?? "")/custom")])
        default: return .json(["authorization": .string(request.headers["authorization"] ?? "none")])
        }
    }

    private func get(_ url: String, _ policy: JSON) -> JSON {
        ["method": "get", "endpoint": ["uri": .string(url + "/x"), "authentication": policy]]
    }

    @Test("Client credentials get a token, which is kept for later calls")
    func clientCredentials() async throws {
        try await withOutside({ request, _ in answer(request) }) { (url, asked) async throws in
            let functions = table()
            let policy: JSON = [
                "oauth2": [
                    "authority": .string(url), "grant": "client_credentials", "scopes": ["a", "b"],
                    "audiences": ["api"], "client": ["id": "me", "secret": "my secret"],
                ]
            ]
            for _ in 1...2 {
                let output = try await functions.run("http", get(url, policy), .call())
                #expect(output == ["authorization": "Bearer abc"])
            }
            let requests = asked.all.filter { $0.path == "/oauth2/token" }
            #expect(requests.count == 1)
            #expect(requests[0].method == "POST")
            #expect(requests[0].headers["content-type"] == "application/x-www-form-urlencoded")
            #expect(
                String(decoding: requests[0].body, as: UTF8.self)
                    == "grant_type=client_credentials&scope=a%20b&audience=api&client_id=me&client_secret=my%20secret")
        }
    }

    @Test("A token whose time is over, or that the server refuses, is got anew")
    func renewal() async throws {
        try await withOutside({ request, number in
            if request.path == "/x", number == 2 { return HTTPResponse(status: 401) }
            return answer(request, lifetime: number == 3 ? 0 : 3600)
        }) { (url, asked) async throws in
            let functions = table()
            let policy: JSON = ["oauth2": ["authority": .string(url), "grant": "client_credentials"]]
            let fault = await faulted { _ = try await functions.run("http", get(url, policy), .call()) }
            #expect(fault?.status == 401)
            for _ in 1...3 { _ = try await functions.run("http", get(url, policy), .call()) }
            #expect(
                asked.all.map(\.path) == [
                    "/oauth2/token", "/x", "/oauth2/token", "/x", "/oauth2/token", "/x", "/x",
                ])
        }
    }

    @Test("The ways in which a client shows who it is")
    func clients() async throws {
        for method in ["client_secret_basic", "client_secret_jwt", "private_key_jwt", "none"] {
            try await withOutside({ request, _ in answer(request) }) { (url, asked) async throws in
                let policy: JSON = [
                    "oauth2": [
                        "authority": .string(url), "grant": "password", "username": "ann", "password": "pw",
                        "endpoints": ["token": "/custom"], "request": ["encoding": "application/json"],
                        "client": [
                            "id": "me", "secret": "s", "assertion": "j.w.t", "authentication": .string(method),
                        ],
                    ]
                ]
                _ = try await table().run("http", get(url, policy), .call())
                let request = try #require(asked.all.first { $0.path == "/custom" })
                let body = try JSON(parsing: request.body)
                #expect(body["grant_type"] == "password")
                #expect(body["username"] == "ann")
                #expect(body["client_secret"] == nil)
                switch method {
                case "client_secret_basic": #expect(request.headers["authorization"] == "Basic bWU6cw==")
                case "client_secret_jwt":
                    let parts = try #require(body["client_assertion"]?.string).split(separator: ".")
                    let signed = Array("\(parts[0]).\(parts[1])".utf8)
                    #expect(Base64.url(HMAC.sha256(signed, key: Array("s".utf8))) == parts[2])
                    let claims = try JSON(parsing: try #require(Base64.decoded(String(parts[1]))))
                    #expect(claims["aud"] == .string(url + "/custom"))
                case "private_key_jwt": #expect(body["client_assertion"] == "j.w.t")
                default: #expect(body["client_id"] == "me")
                }
            }
        }
    }

    @Test("RFC 4231's HMAC")
    func hmac() {
        let digest = HMAC.sha256(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(SHA256Digest.hex(digest) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test("OpenID Connect finds the token endpoint; a token may be exchanged")
    func oidc() async throws {
        try await withOutside({ request, _ in answer(request) }) { (url, asked) async throws in
            let policy: JSON = [
                "oidc": [
                    "authority": .string(url + "/realm"),
                    "grant": "urn:ietf:params:oauth:grant-type:token-exchange",
                    "subject": ["token": "t", "type": "urn:x"],
                ]
            ]
            let output = try await table().run("http", get(url, policy), .call())
            #expect(output == ["authorization": "Bearer abc"])
            let body = String(decoding: try #require(asked.all.first { $0.path == "/custom" }).body, as: UTF8.self)
            #expect(body.contains("subject_token=t&subject_token_type=urn%3Ax"))
        }
    }

    @Test("An authority that refuses, or a token of another issuer, is an authentication fault")
    func refusals() async throws {
        let claims: JSON = ["iss": "https://evil"]
        let token = "e30.\(Base64.url(claims.bytes())).sig"
        try await withOutside({ request, number in
            number == 1 ? HTTPResponse(status: 400) : answer(request, token: token)
        }) { (url, asked) async throws in
            let policy: JSON = [
                "oauth2": ["authority": .string(url), "grant": "client_credentials", "issuers": ["https://good"]]
            ]
            for _ in 1...2 {
                let fault = await faulted { _ = try await table().run("http", get(url, policy), .call()) }
                #expect(fault?.type == Fault.Standard.authentication.type)
                #expect(fault?.status == 401)
            }
            #expect(!asked.all.contains { $0.path == "/x" })
        }
    }

    @Test("A grant that needs a person is refused")
    func interactive() async throws {
        let policy: JSON = ["oauth2": ["authority": "http://127.0.0.1:1", "grant": "authorization_code"]]
        let fault = await faulted { _ = try await table().run("http", get("http://127.0.0.1:1", policy), .call()) }
        #expect(fault?.type == Fault.Standard.configuration.type)
    }

    @Test("A Digest challenge is answered, for a request with a body too")
    func digest() async throws {
        let challenge = #"Digest realm="r", nonce="n0nce", qop="auth", algorithm=SHA-256"#
        try await withOutside({ request, _ in
            guard let header = request.headers["authorization"] else {
                return HTTPResponse(status: 401, headers: ["www-authenticate": challenge], body: .bytes([1, 2, 3]))
            }
            return .json([.string(header), .string(String(decoding: request.body, as: UTF8.self))])
        }) { (url, asked) async throws in
            let policy: JSON = ["digest": ["username": "ann", "password": "pw"]]
            var arguments = get(url, policy).object!
            arguments["method"] = "post"
            arguments["body"] = "content"
            let output = try await table().run("http", .object(arguments), .call())
            #expect(output[1] == "content")
            let header = try #require(output[0]?.string)
            func part(_ name: String) -> String {
                let at = header.firstRange(of: name + "=")!.upperBound
                return header[at...].drop { $0 == "\"" }.prefix { $0 != "\"" && $0 != "," }.description
            }
            func hash(_ text: String) -> String { SHA256Digest.hex(SHA256Digest.hash(Array(text.utf8))) }
            let expected = hash(
                [hash("ann:r:pw"), "n0nce", part("nc"), part("cnonce"), "auth", hash("POST:/x")]
                    .joined(separator: ":"))
            #expect(part("response") == expected)
            #expect(asked.all.count == 2)
        }
    }
}
