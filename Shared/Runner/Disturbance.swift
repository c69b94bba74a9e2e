import Core

/// What goes wrong in a run: drawn from a seed, or listed.
///
/// Each draw depends on the seed and its place alone, not on what was drawn before: a place keeps its fate when
/// something else in the run changes.
public struct Disturbance: Sendable, Hashable {
    private enum Source: Sendable, Hashable {
        case seed(UInt64, kinds: [Perturbation.Kind], rate: Double)
        case list([Perturbation])
    }

    private let source: Source
    /// What has gone wrong so far, in order.
    public private(set) var applied: [Perturbation] = []

    /// Nothing goes wrong.
    public static let none = Disturbance(replaying: [])

    /// At each place each of `kinds` happens with the probability `rate`.
    public init(seed: UInt64, kinds: [Perturbation.Kind], rate: Double = 0.1) {
        source = .seed(seed, kinds: Perturbation.Kind.allCases.filter(kinds.contains), rate: rate)
    }

    /// Exactly this happens, as far as its places are reached.
    public init(replaying list: [Perturbation]) { source = .list(list) }

    mutating func draw(_ candidates: [Perturbation.Kind], at place: String) -> [Perturbation] {
        let drawn: [Perturbation]
        switch source {
        case .list(let list): drawn = list.filter { $0.place == place && candidates.contains($0.kind) }
        case .seed(let seed, let kinds, let rate):
            drawn = candidates.filter(kinds.contains).compactMap { kind in
                var random = SplitMix64(seed: stableHash("\(seed)|\(kind.rawValue)|\(place)"))
                guard random.unit() < rate else { return nil }
                return Perturbation(kind, at: place, delay: Self.delay(of: kind, random.unit()))
            }
        }
        applied += drawn
        return drawn
    }

    private static func delay(of kind: Perturbation.Kind, _ unit: Double) -> Duration {
        switch kind {
        case .failure, .restart: .zero
        case .timeout: .seconds(86_400)
        case .late, .duplicate, .reorder: .milliseconds(1 + Int(unit * 60_000))
        }
    }
}
