/// One journalled piece of outside work: first the intent is written, then that it is being dispatched, then its
/// outcome.
public struct Effect: Sendable, Hashable {
    /// How far it came.
    public enum Progress: Sendable, Hashable {
        /// Written down, not sent. Can go to dispatched.
        case intended
        /// It may have been sent. Can go to dispatched (again), completed.
        case dispatched
        /// The answer is known. Final.
        case completed(EffectOutcome)
    }

    /// What to do about an effect that the journal may know already.
    public enum Step: Sendable, Hashable {
        /// Send it; nobody has.
        case dispatch
        /// Send it again: it may have been sent, and repeating it is harmless.
        case repeatDispatch
        /// It was done: here is the answer.
        case reuse(EffectOutcome)
        /// It may have been done and must not be repeated.
        case ambiguous
    }

    /// What repeating it does.
    public var effectClass: EffectClass
    /// How far it came.
    public var progress: Progress

    /// An effect as the journal has it.
    public init(_ effectClass: EffectClass, _ progress: Progress) {
        (self.effectClass, self.progress) = (effectClass, progress)
    }

    /// What to do next about it.
    public var step: Step {
        switch progress {
        case .intended: .dispatch
        case .dispatched: effectClass.isRepeatable ? .repeatDispatch : .ambiguous
        case .completed(let outcome): .reuse(outcome)
        }
    }
}

/// An outside server's answer, as it is journalled.
public struct EffectOutcome: Sendable, Hashable {
    /// The HTTP status.
    public var status: Int
    /// The header lines that matter.
    public var headers: [Header]
    /// The whole body.
    public var body: [UInt8]

    /// One header line.
    public struct Header: Sendable, Hashable {
        /// In lower case.
        public var name: String
        /// As it came.
        public var value: String

        /// A header line.
        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// An answer.
    public init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// The first header of a name in lower case.
    public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
