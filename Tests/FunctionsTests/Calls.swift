import Core
import Expressions
import HTTP

@testable import Functions

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
