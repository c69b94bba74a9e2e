import Core
import GatewayDomain
import HTTP

extension GatewayAPI {
    var whyRoutes: [APIRoute] {
        [
            .get("/v1/executions/{id}/why", "What an open execution waits for, or why it ended") { request in
                try request.checkQuery([])
                let row = try await find(request)
                return .json(row.projection.hasEnded ? Self.ended(row) : try await open(row))
            }
        ]
    }

    private func open(_ row: ExecutionRow) async throws -> JSON {
        var causes = row.projection.causes
        if row.projection.sequence == 0 {
            causes = [
                ["kind": "start", "at": "the orchestrator", "since": .string(row.createdAt.description)]
            ]
        }
        var approvals: [String: ApprovalRow] = [:]
        if causes.contains(where: { $0["at"]?.string == Self.approver }) {
            let pending = try await ApprovalStore.page(
                status: "pending", executionID: row.id, tenant: row.tenant, after: nil, limit: 200, on: pool)
            for approval in pending { approvals[approval.id] = approval }
        }
        var incidents: [String: IncidentRow] = [:]
        for incident in try await IncidentStore.page(
            status: "open", executionID: row.id, tenant: row.tenant, after: nil, limit: 200, on: pool)
        where incident.isAwaited {
            incidents[incident.taskID] = incident
        }
        causes = causes.map { cause in
            let id = cause["id"]?.string ?? ""
            if let incident = incidents[id] { return Self.incident(cause, incident) }
            if let approval = approvals[id] { return Self.approval(cause, approval) }
            return cause
        }
        // What the execution as a whole lacks.
        if let incident = incidents[""] { causes.insert(Self.incident([:], incident), at: 0) }
        var object = Self.about(row)
        object["cause"] = ExecutionProjection.foremost(causes)
        object["causes"] = .array(causes)
        return .object(object)
    }

    /// As the orchestrator names it.
    private static let approver = "the approvals service"

    /// A task that people are asked about: who, and how far they are.
    private static func approval(_ cause: JSON, _ row: ApprovalRow) -> JSON {
        var object = cause.object ?? [:]
        object["kind"] = "approval"
        object["title"] = .string(row.title)
        object["approvers"] = .array(row.approvers.map { .string($0) })
        object["quorum"] = .integer(Int64(row.quorum))
        object["decisions"] = .array(row.decisions)
        if let due = row.dueAt { object["due"] = .string(due.description) }
        return .object(object)
    }

    /// A task whose call may have been made: a person has to decide.
    private static func incident(_ cause: JSON, _ row: IncidentRow) -> JSON {
        var object = cause.object ?? [:]
        object["kind"] = "incident"
        object["incident"] = .string(row.id)
        if !row.target.isEmpty { object["target"] = .string(row.target) }
        if !row.cause.isEmpty { object["missing"] = .string(row.cause) }
        object["detail"] = .string(row.detail)
        return .object(object)
    }

    private static func ended(_ row: ExecutionRow) -> JSON {
        var object = about(row)
        var ending: JSONObject = ["status": .string(row.projection.status)]
        if let time = row.projection.endedAt { ending["at"] = .string(time.description) }
        if let fault = row.projection.fault {
            ending["fault"] = fault
            if let task = fault["instance"] { ending["task"] = task }
        }
        if let reason = row.projection.causes.first?["reason"] { ending["reason"] = reason }
        object["causes"] = []
        object["ended"] = .object(ending)
        return .object(object)
    }

    /// `asOf` tells how old the answer may be: the time of the last event that has been taken in.
    private static func about(_ row: ExecutionRow) -> JSONObject {
        [
            "id": .string(row.id), "status": .string(row.projection.status),
            "sequence": .integer(Int64(row.projection.sequence)), "asOf": .string(row.updatedAt.description),
        ]
    }
}
