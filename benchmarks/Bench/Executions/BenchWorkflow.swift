import Core

/// A measured workflow; its name is new for each run, so that its executions are told from all others.
struct BenchWorkflow: Sendable {
    static let namespace = "bench"
    static let steps = 5

    var name: String
    var tasks: [JSON]

    /// Tasks that the engine does by itself.
    static func pure(_ name: String, tasks: Int = steps) -> BenchWorkflow {
        BenchWorkflow(
            name: name,
            tasks: (1...tasks).map { number in
                [
                    "step\(number)": [
                        "set": ["number": "${ .number + 1 }", "key": "${ .key }", "step": .integer(Int64(number))]
                    ]
                ]
            })
    }

    /// Tasks of the worker, one after the other, each a call of the server at `port`.
    static func steps(_ name: String, port: Int) -> BenchWorkflow {
        BenchWorkflow(
            name: name, tasks: (1...steps).map { ["step\($0)": call(.string("http://127.0.0.1:\(port)/steps/\($0)"))] })
    }

    /// The same; the path that is called tells the step and the execution's number.
    static func numberedSteps(_ name: String, port: Int) -> BenchWorkflow {
        BenchWorkflow(
            name: name,
            tasks: (1...steps).map { step in
                let address = "\"http://127.0.0.1:\(port)/steps/\(step)/\" + ($workflow.input.number | tostring)"
                return ["step\(step)": call(.string("${ \(address) }"))]
            })
    }

    /// One task of the worker; the path that is called tells the workflow's name and the execution's number.
    static func single(_ name: String, port: Int) -> BenchWorkflow {
        let address = "\"http://127.0.0.1:\(port)/\(name)/\" + (.number | tostring)"
        return BenchWorkflow(name: name, tasks: [["call": call(.string("${ \(address) }"))]])
    }

    /// Many tasks of the worker side by side.
    static func fan(_ name: String, port: Int, branches: Int) -> BenchWorkflow {
        let all: [JSON] = (1...branches).map { number in
            ["branch\(number)": call(.string("http://127.0.0.1:\(port)/branches/\(number)"))]
        }
        return BenchWorkflow(name: name, tasks: [["fan": ["fork": ["branches": .array(all)]]]])
    }

    /// Waits for a second.
    static func timer(_ name: String) -> BenchWorkflow {
        BenchWorkflow(name: name, tasks: [["pause": ["wait": ["seconds": 1]]]])
    }

    /// Waits for the event of this type whose data have the execution's key.
    static func listener(_ name: String, type: String) -> BenchWorkflow {
        let filter: JSON = [
            "with": ["type": .string(type)], "correlate": ["key": ["from": ".data.key", "expect": "${ .key }"]],
        ]
        return BenchWorkflow(name: name, tasks: [["hear": ["listen": ["to": ["one": filter]]]]])
    }

    private static func call(_ endpoint: JSON) -> JSON {
        ["call": "http", "with": ["method": "get", "endpoint": endpoint]]
    }

    /// What an execution is known by in its input and its request; of the same length for all.
    func key(_ number: Int) -> String {
        let digits = String(number)
        return name + "-" + String(repeating: "0", count: max(0, 9 - digits.count)) + digits
    }

    var document: JSON {
        [
            "document": [
                "dsl": "1.0.3", "namespace": .string(Self.namespace), "name": .string(name), "version": "1.0.0",
            ],
            "do": .array(tasks),
        ]
    }
}
