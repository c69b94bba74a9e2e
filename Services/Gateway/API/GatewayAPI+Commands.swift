import Core
import GatewayDomain
import HTTP
import Messaging

extension GatewayAPI {
    private enum Command: String, Sendable {
        case cancel
        case suspend
        case resume
    }

    var commandRoutes: [APIRoute] {
        [
            .post("/v1/executions/{id}/cancel", "End an execution", success: [202]) { request in
                try await command(.cancel, request)
            },
            .post("/v1/executions/{id}/suspend", "Pause an execution", success: [202]) { request in
                try await command(.suspend, request)
            },
            .post("/v1/executions/{id}/resume", "Let a paused execution go on", success: [202]) { request in
                try await command(.resume, request)
            },
        ]
    }

    private func command(_ command: Command, _ request: APIRequest) async throws -> HTTPResponse {
        try request.checkQuery([])
        var reader = RequestReader(try request.json(isOptional: true))
        let reason = command == .resume ? "" : reader.text("reason", limit: 1000)
        let faults = reader.finish()
        guard faults.isEmpty else { throw Refusal(faults) }
        return try await once(request) { transaction, announcer in
            let row = try await find(request, on: transaction.connection)
            guard !row.projection.hasEnded else {
                throw Refusal(
                    409, .executionEnded, "The execution has ended", "It is \(row.projection.status).",
                    "Nothing can change it any more; start another one.")
            }
            let id = "gateway/\(identifiers.next())"
            switch command {
            case .cancel: announcer.cancel(row.id, reason: reason, commandID: id)
            case .suspend: announcer.suspend(row.id, reason: reason, commandID: id)
            case .resume: announcer.resume(row.id, commandID: id)
            }
            announcer.audit(
                "execution.\(command.rawValue)", "execution", row.id, id: "\(id)/audit", ["reason": .string(reason)])
            return APIAnswer(status: 202, body: .object(Self.head(row)))
        }
    }
}
