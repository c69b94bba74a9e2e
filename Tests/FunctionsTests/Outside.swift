import Core
import Expressions
import HTTP
import Synchronization
import TestKit

@testable import Functions

/// What an outside server was asked.
final class Asked: Sendable {
    private let requests = Mutex<[HTTPRequest]>([])
    var all: [HTTPRequest] { requests.withLock { $0 } }

    /// Adds one and gives its number, from 1 on.
    func add(_ request: HTTPRequest) -> Int {
        requests.withLock { requests in
            requests.append(request)
            return requests.count
        }
    }
}

/// An outside server on loopback; the handler gets the request and its number.
func withOutside(
    _ answer: @escaping @Sendable (HTTPRequest, Int) async -> HTTPResponse,
    _ body: (String, Asked) async throws -> Void
) async throws {
    let asked = Asked()
    let server = HTTPServer(HTTPServerConfiguration()) { request in await answer(request, asked.add(request)) }
    try server.start()
    do {
        try await body("http://127.0.0.1:\(server.boundPort ?? 0)", asked)
    } catch {
        await server.drain(grace: .zero)
        throw error
    }
    await server.drain(grace: .zero)
}

/// The functions over a client of their own.
func table(
    _ settings: FunctionSettings = FunctionSettings(), secrets: [String: String] = [:],
    egress: EgressRules = .unrestricted
) -> FunctionTable {
    var policy = ResilientClient.Policy()
    policy.retry = RetryPolicy(limit: 0)
    policy.egress = egress
    return FunctionTable(
        settings, client: ResilientClient(HTTPClient(), policy: policy), secrets: EnvironmentSecrets(secrets))
}

extension FunctionContext {
    /// A call of a definition that declares `secrets`.
    static func call(
        _ id: String = "e:1", key: String? = nil, secrets: [String] = [], _ places: [(String, String)] = [],
        variables: JSONObject = JSONObject()
    ) -> FunctionContext {
        FunctionContext(
            callID: id, idempotencyKey: key,
            deferred: DeferredExpressions(
                variables: variables, secrets: secrets, places: places.map { .init(JSONPointer($0.0)!, $0.1) }))
    }
}

/// The fault with which `body` ends, if it does.
func faulted(_ body: () async throws -> Void) async -> Fault? {
    do { try await body() } catch let error as FunctionError { return error.fault } catch {}
    return nil
}
