public import Core

/// What the body of a redrive of many letters asks for.
public struct RedriveRequest: Sendable, Hashable {
    /// Which of the open letters.
    public let filter: LetterFilter
    /// Letters a second at most.
    public let rate: Double
    /// The same failure so many times in a row ends it.
    public let stopAfter: Int
    /// So many letters at most, the oldest first.
    public let limit: Int
    /// Why, for the record.
    public let reason: String

    /// Reads a body; gives all faults when it is not one.
    public static func read(_ body: JSON) -> Result<RedriveRequest, RequestFaults> {
        var reader = RequestReader(body)
        let members = reader.members("filter")
        let (rate, stopAfter, limit) = (reader.value("rate"), reader.value("stopAfter"), reader.value("limit"))
        let reason = reader.text("reason", limit: 1000)
        var faults = reader.finish()
        func check(_ name: String, _ value: JSON?, _ expected: String, _ isOne: (JSON) -> Bool) {
            guard let value, !isOne(value) else { return }
            faults.append(RequestFault(at: JSONPointer([name]), found: value.kind, expected: expected))
        }
        check("rate", rate, "a number from 0.01 to 1000") { (0.01...1000).contains($0.double ?? 0) }
        check("stopAfter", stopAfter, "a number from 1 to 100") { (1...100).contains($0.int ?? 0) }
        check("limit", limit, "a number from 1 to 100000") { (1...100_000).contains($0.int ?? 0) }
        var filter = LetterFilter()
        switch LetterFilter.read({ members[$0] }) {
        case .success(let value): filter = value
        case .failure(let more):
            faults += more.list.map { fault in
                RequestFault(
                    at: JSONPointer(["filter"] + fault.pointer.tokens), found: fault.found, expected: fault.expected)
            }
        }
        for name in members.keys where !LetterFilter.names.contains(name) {
            faults.append(
                RequestFault(
                    at: JSONPointer(["filter", name]), found: "an unknown member",
                    expected: "only " + LetterFilter.names.joined(separator: ", ")))
        }
        guard faults.isEmpty else { return .failure(RequestFaults(faults)) }
        return .success(
            RedriveRequest(
                filter: filter, rate: rate?.double ?? 10, stopAfter: stopAfter?.int ?? 3, limit: limit?.int ?? 10_000,
                reason: reason))
    }
}
