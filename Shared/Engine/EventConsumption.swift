import Core

/// An event that a `listen` took in.
public struct EventConsumption: Sendable, Hashable {
    /// The names of an iteration's variables.
    public struct Variables: Sendable, Hashable {
        /// The event.
        public var item: String
        /// Its number, from 0.
        public var index: String
    }

    /// The number of the event among those of its subscription.
    public var letter: Int
    /// What it means.
    public var step: EventGathering.Step
    /// Whether it is part of the output.
    public var isKept: Bool
    /// The variables of the iteration that it begins, if it does.
    public var variables: Variables?

    var json: JSON {
        var object: JSONObject = ["letter": .integer(Int64(letter)), "step": step.json]
        if !isKept { object["kept"] = false }
        if let variables { object["iteration"] = [.string(variables.item), .string(variables.index)] }
        return .object(object)
    }

    init(letter: Int, step: EventGathering.Step, isKept: Bool, variables: Variables?) {
        (self.letter, self.step, self.isKept, self.variables) = (letter, step, isKept, variables)
    }

    init?(json: JSON) {
        guard let letter = json["letter"]?.int, let step = json["step"].flatMap(EventGathering.Step.init(json:))
        else { return nil }
        var variables: Variables?
        if let names = json["iteration"]?.array?.compactMap(\.string), names.count == 2 {
            variables = Variables(item: names[0], index: names[1])
        }
        self.init(letter: letter, step: step, isKept: json["kept"]?.bool ?? true, variables: variables)
    }
}
