/// Arguments that a command does not take.
public struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence: what is wrong.
    public var description: String
    /// The command, where it is known.
    public var command: String?

    /// What is wrong with the arguments of `command`.
    public init(_ description: String, command: String? = nil) {
        (self.description, self.command) = (description, command)
    }

    /// The known word that is nearest to `word`, if one is near at all.
    public static func nearest(_ word: String, _ known: [String]) -> String? {
        let near = known.map { (word: $0, distance: distance(Array(word), Array($0))) }
            .min { $0.distance < $1.distance }
        return near.flatMap { $0.distance <= max(2, word.count / 3) ? $0.word : nil }
    }

    /// Insertions, deletions and replacements from one word to the other.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (at, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = at + 1
            for (column, other) in right.enumerated() {
                let above = row[column + 1]
                row[column + 1] = min(above + 1, row[column] + 1, diagonal + (character == other ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
