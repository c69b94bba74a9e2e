import Core

extension [Step] {
    /// A whole definition.
    func document(name: String) -> JSON {
        [
            "document": ["dsl": "1.0.3", "namespace": "sim", "name": .string(name), "version": "1.0.0"],
            "do": tasks,
        ]
    }

    fileprivate var tasks: JSON { .array(flatMap(\.tasks)) }
}

extension Step {
    /// The effect's own name, as an expression: the execution, the step, and how long the log is by then.
    private static func key(_ name: String) -> String { ".id + \"/\(name)/\" + (.log | length | tostring)" }

    private static func add(_ what: String) -> JSON {
        ["as": .string("${ { id: $input.id, log: ($input.log + [\(what)]) } }")]
    }

    /// What may fail is tried again for as long as faults go on.
    private static func persistent(_ name: String, _ task: JSON) -> JSON {
        [
            name: [
                "try": [["\(name)-call": task]],
                "catch": [
                    "retry": ["delay": ["milliseconds": 700], "limit": ["attempt": ["count": 200]]]
                ],
            ]
        ]
    }

    private static func post(_ name: String, _ endpoint: String, _ result: String) -> JSON {
        [
            "call": "http",
            "with": [
                "method": "post", "endpoint": .string("http://\(endpoint)"),
                "body": ["step": .string("${ \(key(name)) }")],
            ],
            "output": add("\"\(name):\" + \(result)"),
        ]
    }

    fileprivate var tasks: [JSON] {
        switch self {
        case .mark(let name):
            return [[name: ["set": ["id": "${ .id }", "log": .string("${ .log + [\"\(name)\"] }")]]]]
        case .look(let name):
            let call: JSON = [
                "call": "http",
                "with": ["method": "get", "endpoint": .string("http://look.test/\(name)")],
                "output": Self.add("\"\(name):\" + .value"),
            ]
            return [Self.persistent(name, call)]
        case .pay(let name): return [Self.persistent(name, Self.post(name, "pay.test/charge", ".receipt"))]
        case .mail(let name): return [Self.persistent(name, Self.post(name, "mail.test/send", ".sent"))]
        case .ask(let name):
            let call: JSON = [
                "call": "llm:1.0.0@default", "with": ["prompt": .string("${ \(Self.key(name)) }")],
                "output": Self.add("\"\(name):\" + (.answer | tostring)"),
            ]
            return [Self.persistent(name, call)]
        case .refused(let name):
            return [
                [
                    name: [
                        "try": [["\(name)-call": Self.post(name, "refuse.test/no", "\"done\"")]],
                        "catch": [
                            "errors": ["with": ["status": 402]],
                            "do": [
                                [
                                    "\(name)-caught": [
                                        "set": ["id": "${ .id }", "log": .string("${ .log + [\"\(name):402\"] }")]
                                    ]
                                ]
                            ],
                        ],
                    ]
                ]
            ]
        case .approve(let name): return [[name: approval(name)]]
        case .judge(let name, let amount, let isPinned):
            var with: JSONObject = ["policy": "limit", "input": ["amount": .integer(Int64(amount))]]
            if isPinned { with["version"] = "1.0.0" }
            let result = isPinned ? ".outcome" : "\"\(Self.unknown)\""
            return [
                [
                    name: [
                        "call": "policy:1.0.0@default", "with": .object(with),
                        "output": Self.add("\"\(name):\" + \(result)"),
                    ]
                ]
            ]
        case .wait(let name, let milliseconds):
            return [[name: ["wait": ["milliseconds": .integer(Int64(milliseconds))]]]]
        default: return nested
        }
    }

    private func approval(_ name: String) -> JSON {
        [
            "try": [
                [
                    "\(name)-ask": [
                        "call": "approval:1.0.0@default",
                        "with": [
                            "title": .string(name), "quorum": 2, "sla": "PT4M",
                            "subject": ["step": .string("${ \(Self.key(name)) }")],
                        ],
                        "output": Self.add("\"\(name):\" + .decision"),
                    ]
                ]
            ],
            "catch": [
                "errors": ["with": ["status": 408]],
                "do": [
                    [
                        "\(name)-late": [
                            "set": ["id": "${ .id }", "log": .string("${ .log + [\"\(name):expired\"] }")]
                        ]
                    ]
                ],
            ],
        ]
    }

    private var nested: [JSON] {
        switch self {
        case .choose(let name, let left, let right):
            let cases: JSON = [
                ["even": ["when": "${ (.log | length) % 2 == 0 }", "then": .string("\(name)-left")]],
                ["odd": ["then": .string("\(name)-right")]],
            ]
            return [
                [name: ["switch": cases]], ["\(name)-left": ["do": left.tasks, "then": .string("\(name)-end")]],
                ["\(name)-right": ["do": right.tasks]],
                ["\(name)-end": ["set": ["id": "${ .id }", "log": .string("${ .log + [\"\(name)\"] }")]]],
            ]
        case .loop(let name, let times, let steps):
            let items = JSON.array((0..<times).map { .integer(Int64($0)) })
            return [[name: ["for": ["each": "item", "in": .string("${ \(items.text()) }")], "do": steps.tasks]]]
        case .fork(let name, let branches):
            let tasks = branches.enumerated().map { at, steps -> JSON in ["\(name)-\(at)": ["do": steps.tasks]] }
            let joined = "[.[] | .log[($input.log | length):][]]"
            return [
                [
                    name: [
                        "fork": ["branches": .array(tasks)],
                        "output": ["as": .string("${ { id: $input.id, log: ($input.log + \(joined)) } }")],
                    ]
                ]
            ]
        case .block(let name, let steps): return [[name: ["do": steps.tasks]]]
        default: return []
        }
    }
}
