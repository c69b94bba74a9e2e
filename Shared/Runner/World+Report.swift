public import Core
public import Engine
import Workflow

extension World {
    /// A number for the whole log: equal for equal runs.
    public var logHash: UInt64 {
        var hash: UInt64 = 0
        for event in log { hash = stableHash("\(hash)|\(event.json.text(.canonical))") }
        return hash
    }

    /// The events of one execution, in order.
    public func events(of id: String) -> [ExecutionEvent] { log.filter { $0.executionID == id } }

    /// What expressions about a run see: `status`, `output`, `fault`, `context`, `input`, `events` (each with `kind`,
    /// `time`, `task` …), `published`, `seconds` since the start, and `executions`, the same of all the others.
    public func view(of id: String) -> JSON {
        var object = summary(of: id)
        object["published"] = .array(published)
        object["executions"] = .array(order.filter { $0 != id }.map { .object(summary(of: $0)) })
        return .object(object)
    }

    private func summary(of id: String) -> JSONObject {
        guard let instance = instances[id] else { return ["id": .string(id), "status": "unknown"] }
        let state = instance.state
        var object: JSONObject = ["id": .string(id), "definition": .string(state.definition.description)]
        object["status"] = .string(state.status.rawValue)
        object["input"] = state.input
        object["output"] = state.output ?? .null
        object["fault"] = state.fault?.json ?? .null
        object["context"] = state.context
        object["seconds"] = .number(Double((state.updatedAt - state.startedAt).wholeMicroseconds) / 1_000_000)
        object["events"] = .array(events(of: id).map { .object(Self.readable($0)) })
        return object
    }

    /// An event with its times as text.
    static func readable(_ event: ExecutionEvent) -> JSONObject {
        var object = event.json.object ?? [:]
        object["time"] = .string(event.time.description)
        return object
    }
}
