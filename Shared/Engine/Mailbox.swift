import Core
import Expressions

/// The events that came for one `listen` task and were not consumed yet.
struct Mailbox: Sendable, Hashable {
    /// More events than this, and the oldest go.
    static let longest = 1000
    /// More than this in the measure of `EvaluationBudget`, and the oldest go.
    static let largest = 1_000_000
    /// Events older than this go when others come.
    static let oldest: Duration = .seconds(7 * 86_400)
    /// How many events are known again when they are delivered twice.
    static let remembered = 256

    /// An event that waits.
    struct Letter: Sendable, Hashable {
        var number: Int
        var event: JSON
        var size: Int
        var receivedAt: Instant
    }

    var subscription: EventSubscription
    private(set) var letters: [Letter] = []
    /// The highest number given to an event.
    private(set) var last = 0
    /// Hashes of the events that came last.
    private(set) var seen: [Int64] = []

    init(_ subscription: EventSubscription) { self.subscription = subscription }

    /// Whether `event` has come before.
    func hasSeen(_ event: JSON) -> Bool { seen.contains(Self.identity(event)) }

    /// CloudEvents with one source and id are one event.
    private static func identity(_ event: JSON) -> Int64 {
        Int64(bitPattern: stableHash("\(event["source"]?.string ?? "")\n\(event["id"]?.string ?? "")"))
    }

    mutating func receive(_ event: JSON, at time: Instant) {
        last += 1
        seen.append(Self.identity(event))
        if seen.count > Self.remembered { seen.removeFirst() }
        let size = EvaluationBudget.size(of: event, stoppingAt: Self.largest)
        letters.append(Letter(number: last, event: event, size: size, receivedAt: time))
        var total = letters.reduce(0) { $0 + $1.size }
        while let first = letters.first, letters.count > 1,
            letters.count > Self.longest || total > Self.largest || time - first.receivedAt > Self.oldest
        {
            total -= first.size
            letters.removeFirst()
        }
    }

    mutating func remove(_ number: Int) { letters.removeAll { $0.number == number } }
}

extension Mailbox {
    var json: JSON {
        [
            "subscription": subscription.json, "last": .integer(Int64(last)),
            "seen": .array(seen.map(JSON.integer)),
            "letters": .array(
                letters.map { letter in
                    [
                        "number": .integer(Int64(letter.number)), "event": letter.event,
                        "size": .integer(Int64(letter.size)), "at": .integer(letter.receivedAt.microseconds),
                    ]
                }),
        ]
    }

    init?(json: JSON) {
        guard let subscription = json["subscription"].flatMap(EventSubscription.init(json:)),
            let last = json["last"]?.int, let seen = json["seen"]?.numbers, let letters = json["letters"]?.array
        else { return nil }
        self.subscription = subscription
        (self.last, self.seen) = (last, seen.map(Int64.init))
        for letter in letters {
            guard let number = letter["number"]?.int, let event = letter["event"], let size = letter["size"]?.int,
                let time = letter["at"]?.int
            else { return nil }
            self.letters.append(
                Letter(
                    number: number, event: event, size: size, receivedAt: Instant(microseconds: Int64(time))))
        }
    }
}
