public import Core

extension CoreV1.Usage {
    /// The sum, field by field.
    public static func + (left: CoreV1.Usage, right: CoreV1.Usage) -> CoreV1.Usage {
        CoreV1.Usage(
            inputTokens: left.inputTokens + right.inputTokens, outputTokens: left.outputTokens + right.outputTokens,
            modelCalls: left.modelCalls + right.modelCalls, costMicros: left.costMicros + right.costMicros)
    }

    /// `{"inputTokens": …, "outputTokens": …, "modelCalls": …, "costMicros": …}`
    public var json: JSON {
        [
            "inputTokens": .integer(inputTokens), "outputTokens": .integer(outputTokens),
            "modelCalls": .integer(Int64(modelCalls)), "costMicros": .integer(costMicros),
        ]
    }

    /// Reads the members; those missing or of another kind are 0.
    public init(json: JSON) {
        func number(_ key: String) -> Int64 { Int64(max(0, json[key]?.int ?? 0)) }
        self.init(
            inputTokens: number("inputTokens"), outputTokens: number("outputTokens"),
            modelCalls: Int32(clamping: number("modelCalls")), costMicros: number("costMicros"))
    }
}
