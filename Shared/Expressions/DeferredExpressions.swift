public import Core

/// Expressions that are evaluated where a function runs, since what they read is there only: secrets, and the messages
/// of a subscription. They travel beside the arguments, never in them, so no data can pass for one.
public struct DeferredExpressions: Sendable, Hashable {
    /// One expression.
    public struct Place: Sendable, Hashable {
        /// Where in the arguments its result belongs; there is `null` meanwhile.
        public var pointer: JSONPointer
        /// The jq text.
        public var source: String

        /// An expression and its place.
        public init(_ pointer: JSONPointer, _ source: String) { (self.pointer, self.source) = (pointer, source) }
    }

    /// What `.` is.
    public var input: JSON
    /// The values of the variables that the expressions use, `$secrets` aside, by name.
    public var variables: JSONObject
    /// The secrets that the definition declares; others are not given to it.
    public var secrets: [String]
    /// The expressions, in the order of the arguments.
    public var places: [Place]

    /// Nothing deferred.
    public init(
        input: JSON = .null, variables: JSONObject = JSONObject(), secrets: [String] = [], places: [Place] = []
    ) {
        (self.input, self.variables, self.secrets, self.places) = (input, variables, secrets, places)
    }

    /// Whether there is nothing to say.
    public var isEmpty: Bool { secrets.isEmpty && places.isEmpty }

    /// The form in which it is kept and sent.
    public var json: JSON {
        [
            "input": input, "variables": .object(variables), "secrets": .array(secrets.map { .string($0) }),
            "places": .array(places.map { [.string($0.pointer.description), .string($0.source)] }),
        ]
    }

    /// Reads `json`; nil when it is not of that form.
    public init?(json: JSON) {
        guard let input = json["input"], let variables = json["variables"]?.object,
            let secrets = json["secrets"]?.array, let places = json["places"]?.array
        else { return nil }
        self.init(input: input, variables: variables, secrets: secrets.compactMap(\.string))
        guard self.secrets.count == secrets.count else { return nil }
        for place in places {
            guard let pointer = place[0]?.string.flatMap({ JSONPointer($0) }), let source = place[1]?.string else {
                return nil
            }
            self.places.append(Place(pointer, source))
        }
    }

    /// Compiles and evaluates one of them, over `input` unless another is given, with `$secrets` as given and `bound`
    /// before the variables. Throws an `expression` fault.
    public func evaluate(
        _ source: String, over other: JSON? = nil, secrets: JSON, binding bound: JSONObject = JSONObject()
    ) throws(Fault) -> JSON {
        do {
            let expression = try Expression(source, allowing: variables.keys + bound.keys + ["secrets"])
            let values = expression.variables.map { name in
                name == "secrets" ? secrets : bound[name] ?? variables[name] ?? .null
            }
            var budget = EvaluationBudget()
            return try expression.evaluate(other ?? input, values, budget: &budget)
        } catch let error as EvaluationError {
            throw Fault(.expression, detail: error.detail)
        } catch {
            throw Fault(.expression, detail: "the expression cannot be read")
        }
    }
}
