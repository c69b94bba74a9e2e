public import Core

/// Tokens that a replica has drawn ahead from the bucket that all replicas share, so that not each request has to ask.
///
/// It draws more the faster it uses them up, never more than a tenth of a second's worth of the rate; a tenant that
/// sends little draws them one by one. What is not used in time is lost to the tenant. Pure: the caller tells the time.
public struct TokenLease: Sendable, Hashable {
    /// How long what was drawn is good.
    public static let validity: Duration = .milliseconds(100)
    /// No more are drawn at once, whatever the rate.
    public static let most = 64

    /// Tokens that are asked for; the first is for who asks.
    public struct Draw: Sendable, Hashable {
        /// How many.
        public let count: Int
        /// Not so for requests that come while another one draws: they draw for themselves alone.
        fileprivate let isAhead: Bool
    }

    private let most: Int
    private var size = 1
    private var left = 0
    private var end: Instant?
    private var isDrawing = false

    /// Nothing is drawn yet. `rate` is the tenant's, in tokens a second.
    public init(rate: Double) { most = max(1, Int(min(Double(Self.most), rate / 10))) }

    /// Takes a token that was drawn before; false when there is none.
    public mutating func take(at now: Instant) -> Bool {
        guard left > 0, isGood(at: now) else { return false }
        left -= 1
        return true
    }

    /// What who finds none draws; ends with `drawn`.
    public mutating func draw(at now: Instant) -> Draw {
        if isDrawing { return Draw(count: 1, isAhead: false) }
        isDrawing = true
        size = left == 0 && isGood(at: now) ? min(most, size * 2) : max(1, size / 2)
        return Draw(count: size, isAhead: true)
    }

    /// Notes what came of a draw: so many tokens were given.
    public mutating func drawn(_ given: Int, by draw: Draw, at now: Instant) {
        guard draw.isAhead else { return }
        isDrawing = false
        (left, end) = (max(0, given - 1), now + Self.validity)
    }

    private func isGood(at now: Instant) -> Bool {
        // A clock that is put back ends it too.
        guard let end else { return false }
        return now < end && end - now <= Self.validity
    }
}
