public import Core

extension EvaluationBudget {
    /// What `value` counts against a budget's size: each value one, and a 16th of the bytes of its texts. Stops
    /// counting beyond `limit`, so it is quick even for a value that shares its parts a million times.
    public static func size(of value: JSON, stoppingAt limit: Int) -> Int {
        value.weighed(stoppingAt: limit, atMost: .max).weight
    }
}
