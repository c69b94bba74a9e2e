/// The configuration of a topic: what was set, over the defaults.
public struct TopicSettings: Equatable, Sendable {
    /// A known setting: its default, how its value is checked, and its type in the words of `DescribeConfigs`.
    struct Known: Sendable {
        enum Kind: Int8, Sendable { case boolean = 1, string, int, short, long, double, list, `class`, password }
        var name: String
        var standard: String
        var kind: Kind
        var minimum: Int64 = Int64.min
        var choices: [String] = []
    }

    static let known: [Known] = [
        Known(name: "cleanup.policy", standard: "delete", kind: .list, choices: ["delete", "compact"]),
        Known(
            name: "compression.type", standard: "producer", kind: .string,
            choices: ["producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"]),
        Known(name: "delete.retention.ms", standard: "86400000", kind: .long, minimum: 0),
        Known(name: "file.delete.delay.ms", standard: "60000", kind: .long, minimum: 0),
        Known(name: "flush.messages", standard: "9223372036854775807", kind: .long, minimum: 1),
        Known(name: "flush.ms", standard: "9223372036854775807", kind: .long, minimum: 0),
        Known(name: "index.interval.bytes", standard: "4096", kind: .int, minimum: 0),
        Known(name: "max.compaction.lag.ms", standard: "9223372036854775807", kind: .long, minimum: 1),
        Known(name: "max.message.bytes", standard: "16777216", kind: .int, minimum: 0),
        Known(
            name: "message.timestamp.type", standard: "CreateTime", kind: .string,
            choices: ["CreateTime", "LogAppendTime"]),
        Known(name: "message.timestamp.difference.max.ms", standard: "9223372036854775807", kind: .long, minimum: 0),
        Known(name: "message.timestamp.before.max.ms", standard: "9223372036854775807", kind: .long, minimum: 0),
        Known(name: "message.timestamp.after.max.ms", standard: "9223372036854775807", kind: .long, minimum: 0),
        Known(name: "min.cleanable.dirty.ratio", standard: "0.5", kind: .double),
        Known(name: "min.compaction.lag.ms", standard: "0", kind: .long, minimum: 0),
        Known(name: "min.insync.replicas", standard: "1", kind: .int, minimum: 1),
        Known(name: "preallocate", standard: "false", kind: .boolean),
        Known(name: "retention.bytes", standard: "-1", kind: .long),
        Known(name: "retention.ms", standard: "604800000", kind: .long, minimum: -1),
        Known(name: "segment.bytes", standard: "67108864", kind: .int, minimum: 1024),
        Known(name: "segment.index.bytes", standard: "10485760", kind: .int, minimum: 4),
        Known(name: "segment.jitter.ms", standard: "0", kind: .long, minimum: 0),
        Known(name: "segment.ms", standard: "604800000", kind: .long, minimum: 1),
        Known(name: "unclean.leader.election.enable", standard: "false", kind: .boolean),
    ]

    private var values: [String: String] = [:]

    /// The defaults.
    public init() {}

    /// One setting as a client sees it; `type` is the protocol's number for the kind of value.
    public struct Described: Equatable, Sendable {
        /// Its name, as Kafka spells it.
        public var name: String
        /// The value in force.
        public var value: String
        /// Whether nobody set it.
        public var isDefault: Bool
        /// The protocol's number for the kind of value.
        public var type: Int8

        /// A setting of any kind of thing.
        public init(name: String, value: String, isDefault: Bool, type: Int8) {
            (self.name, self.value, self.isDefault, self.type) = (name, value, isDefault, type)
        }
    }

    /// All settings by name.
    public var described: [Described] {
        Self.known.map {
            Described(
                name: $0.name, value: self[$0.name], isDefault: values[$0.name] == nil, type: $0.kind.rawValue)
        }
    }

    /// What was set, by name.
    public var overrides: [(name: String, value: String)] {
        values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    /// The value in force; empty for a setting that does not exist.
    public subscript(_ name: String) -> String {
        values[name] ?? Self.known.first { $0.name == name }?.standard ?? ""
    }

    /// Sets or, with nil, unsets. Returns why not, in a sentence, and then changes nothing.
    public mutating func set(_ name: String, to value: String?) -> String? {
        guard let known = Self.known.first(where: { $0.name == name }) else { return "Unknown topic config \(name)" }
        guard let value else {
            values[name] = nil
            return nil
        }
        if let reason = Self.complaint(known, value) { return reason }
        values[name] = value
        return nil
    }

    private static func complaint(_ known: Known, _ value: String) -> String? {
        let refusal = "Invalid value \(value) for configuration \(known.name)"
        switch known.kind {
        case .int, .short, .long:
            let ceiling = known.kind == .long ? Int64.max : Int64(Int32.max)
            guard let number = Int64(value), number >= known.minimum, number <= ceiling else { return refusal }
        case .double:
            guard let number = Double(value), (0...1).contains(number) else { return refusal }
        case .boolean:
            guard value == "true" || value == "false" else { return refusal }
        case .list:
            let parts = list(value)
            guard !parts.isEmpty, parts.allSatisfy(known.choices.contains) else { return refusal }
        case .string, .class, .password:
            guard known.choices.isEmpty || known.choices.contains(value) else { return refusal }
        }
        return nil
    }

    static func list(_ value: String) -> [String] {
        value.split(separator: ",").map { String($0.drop { $0 == " " }) }
    }

    private func number(_ name: String) -> Int64 { Int64(self[name]) ?? 0 }

    /// Appends to (`value`) or takes from the list setting `name`; used by incremental changes.
    public mutating func change(_ name: String, adding value: String, removing: Bool) -> String? {
        var parts = Self.list(self[name])
        for part in Self.list(value) {
            parts.removeAll { $0 == part }
            if !removing { parts.append(part) }
        }
        return set(name, to: parts.joined(separator: ","))
    }

    /// Whether old segments are dropped.
    public var deletes: Bool { Self.list(self["cleanup.policy"]).contains("delete") }
    /// Whether only the newest record of a key is kept.
    public var compacts: Bool { Self.list(self["cleanup.policy"]).contains("compact") }
    /// Whether records carry the time of appending.
    public var stampsAppendTime: Bool { self["message.timestamp.type"] == "LogAppendTime" }
    /// The largest batch in bytes.
    public var maxMessageBytes: Int { Int(number("max.message.bytes")) }
    /// Milliseconds a segment is kept; below zero for ever.
    public var retentionTime: Int64 { number("retention.ms") }
    /// Bytes a partition is kept at; below zero without limit.
    public var retentionBytes: Int64 { number("retention.bytes") }
    /// The size in bytes at which a new segment is begun.
    public var segmentBytes: Int64 { number("segment.bytes") }
    /// The age in milliseconds at which a new segment is begun.
    public var segmentTime: Int64 { number("segment.ms") }
    /// Milliseconds for which a compacted topic shows that a key was deleted.
    public var deleteRetention: Int64 { number("delete.retention.ms") }
    /// The share of uncompacted bytes at which compaction is worth it, 0...1.
    public var dirtyRatio: Double { Double(self["min.cleanable.dirty.ratio"]) ?? 0.5 }
}
