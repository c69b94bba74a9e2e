import Core
import Expressions
import Workflow

extension TaskFlow {
    var json: JSON {
        switch self {
        case .next(let position): .integer(Int64(position))
        case .exit: "exit"
        case .end: "end"
        }
    }

    init?(json: JSON) {
        switch json {
        case .integer(let position) where position >= 0: self = .next(Int(position))
        case "exit": self = .exit
        case "end": self = .end
        default: return nil
        }
    }
}

extension ContextChange {
    var json: JSON {
        switch self {
        case .replaced(let value): ["replaced": value]
        case .patched(let set, let removed): ["set": .object(set), "removed": .array(removed.map(JSON.string))]
        }
    }

    init?(json: JSON) {
        if let value = json["replaced"] {
            self = .replaced(value)
        } else {
            guard let set = json["set"]?.object, let removed = json["removed"]?.array else { return nil }
            self = .patched(set: set, removed: removed.compactMap(\.string))
        }
    }
}

extension TimerPurpose {
    private var name: String {
        switch self {
        case .wait: "wait"
        case .retry: "retry"
        case .timeout: "timeout"
        case .attempt: "attempt"
        case .breath: "breath"
        }
    }

    var json: JSON { ["name": .string(name), "run": .integer(Int64(run))] }

    init?(json: JSON) {
        guard let run = json["run"]?.int else { return nil }
        switch json["name"] {
        case "wait": self = .wait(run)
        case "retry": self = .retry(run)
        case "timeout": self = .timeout(run)
        case "attempt": self = .attempt(run)
        case "breath": self = .breath
        default: return nil
        }
    }
}

extension ExecutionTimer {
    var json: JSON { ["id": .string(id), "due": .integer(due.microseconds), "purpose": purpose.json] }

    init?(json: JSON) {
        guard let id = json["id"]?.string, let due = json["due"]?.int,
            let purpose = json["purpose"].flatMap(TimerPurpose.init(json:))
        else { return nil }
        self.init(id: id, due: Instant(microseconds: Int64(due)), purpose: purpose)
    }
}

extension TaskRequest {
    var json: JSON {
        var object: JSONObject = ["attempt": .integer(Int64(attempt)), "function": .string(function)]
        object["arguments"] = arguments
        object["deferred"] = deferred?.json
        object["deadline"] = deadline.map { .integer($0.microseconds) }
        return .object(object)
    }

    init?(json: JSON) {
        guard let attempt = json["attempt"]?.int, let function = json["function"]?.string,
            let arguments = json["arguments"]
        else { return nil }
        self.init(
            attempt: attempt, function: function, arguments: arguments,
            deferred: json["deferred"].flatMap(DeferredExpressions.init(json:)),
            deadline: json["deadline"]?.int.map { Instant(microseconds: Int64($0)) })
    }
}

extension LaneSetup {
    var json: JSON {
        var object: JSONObject = [
            "count": .integer(Int64(count)), "limit": .integer(Int64(limit)), "mode": .string(mode.rawValue),
        ]
        guard let items else { return .object(object) }
        object["items"] = .array(items)
        object["each"] = .string(each)
        object["at"] = .string(at)
        return .object(object)
    }

    init?(json: JSON) {
        guard let count = json["count"]?.int, let limit = json["limit"]?.int,
            let mode = json["mode"]?.string.flatMap(Mode.init(rawValue:)),
            // Branches stand in the definition, so there are not many.
            json["items"]?.array.map({ $0.count == count }) ?? (0...1 << 20).contains(count)
        else { return nil }
        self.init(
            count: count, limit: limit, mode: mode, items: json["items"]?.array, each: json["each"]?.string ?? "item",
            at: json["at"]?.string ?? "index")
    }
}

extension ChildRequest {
    var json: JSON {
        [
            "execution": .string(executionID), "definition": definition.json, "input": input, "await": .bool(awaits),
        ]
    }

    init?(json: JSON) {
        guard let executionID = json["execution"]?.string, let input = json["input"], let awaits = json["await"]?.bool,
            let definition = json["definition"].flatMap(DefinitionReference.init(json:))
        else { return nil }
        self.init(executionID: executionID, definition: definition, input: input, awaits: awaits)
    }
}

extension Stages {
    var json: JSON {
        var object: JSONObject = ["list": .array(list.map(\.json)), "at": .integer(Int64(at))]
        object["result"] = result
        object["flow"] = flow?.json
        return .object(object)
    }

    init?(json: JSON) {
        guard let list = json["list"]?.array?.map(Stage.init(json:)), !list.contains(nil), let at = json["at"]?.int
        else { return nil }
        self.init(list.compactMap(\.self))
        (self.at, result, flow) = (at, json["result"], json["flow"].flatMap(TaskFlow.init(json:)))
    }
}

extension Stages.Stage {
    fileprivate var json: JSON {
        switch self {
        case .before(let position): ["before": .integer(Int64(position))]
        case .task: "task"
        case .after(let position): ["after": .integer(Int64(position))]
        }
    }

    fileprivate init?(json: JSON) {
        if json == "task" {
            self = .task
        } else if let position = json["before"]?.int {
            self = .before(position)
        } else if let position = json["after"]?.int {
            self = .after(position)
        } else {
            return nil
        }
    }
}
