import Core

/// The measured workflow: tasks of the worker, one after the other, each an HTTP call.
struct StepWorkflow: Sendable {
    static let namespace = "bench"
    static let steps = 5

    /// New for each run, so that its executions are told from all others.
    var name: String
    /// Of the server that is called.
    var port: Int

    var document: JSON {
        let steps: [JSON] = (1...Self.steps).map { number in
            let call: JSON = [
                "call": "http",
                "with": ["method": "get", "endpoint": .string("http://127.0.0.1:\(port)/steps/\(number)")],
            ]
            return .object(["step\(number)": call])
        }
        return [
            "document": [
                "dsl": "1.0.3", "namespace": .string(Self.namespace), "name": .string(name), "version": "1.0.0",
            ],
            "do": .array(steps),
        ]
    }
}
