import Core

/// The built-in embedder: deterministic, no model, no network. Words, word pairs and character trigrams are hashed into
/// signed buckets (feature hashing, Weinberger et al. 2009), weighted by 1 + ln(count) and brought to length one. It
/// finds shared and related wording, not meaning; configure an embeddings endpoint for that.
public struct HashingEmbedder: Sendable {
    /// What is stored beside each vector.
    public static let title = "cadenza-hashing-384"
    /// How long each vector is.
    public static let dimensions = 384

    /// The embedder; it has no state.
    public init() {}

    /// The vector of `text`, of length one; all zeros when there is no word in it.
    public func embed(_ text: String) -> [Float] {
        var counts: [(feature: String, weight: Float)] = []
        var places: [String: Int] = [:]
        func count(_ feature: String, _ weight: Float) {
            if let place = places[feature] {
                counts[place].weight += weight
            } else {
                places[feature] = counts.count
                counts.append((feature, weight))
            }
        }
        var previous: String?
        for word in Self.words(of: text) {
            if !Self.stopWords.contains(word) {
                count("w:" + word, 1)
                for trigram in Self.trigrams(of: word) { count("t:" + trigram, 0.25) }
                if let previous { count("p:" + previous + " " + word, 0.5) }
                previous = word
            }
        }
        var vector = [Float](repeating: 0, count: Self.dimensions)
        for (feature, weight) in counts {
            let hash = stableHash(feature)
            let sign: Float = hash >> 63 == 0 ? 1 : -1
            vector[Int(hash % UInt64(Self.dimensions))] +=
                sign * (weight <= 1 ? weight : 1 + Self.naturalLogarithm(weight))
        }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length == 0 ? vector : vector.map { $0 / length }
    }

    /// Lower-case words of letters and digits, with a plural's final s cut off.
    static func words(of text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map { word in
            word.count > 3 && word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : String(word)
        }
    }

    static func trigrams(of word: String) -> [String] {
        let characters = Array("^" + word + "$")
        guard characters.count >= 5 else { return [] }
        return (0...characters.count - 3).map { String(characters[$0..<$0 + 3]) }
    }

    /// ln by the series of artanh: the same bits on every machine, which `libm` does not promise.
    static func naturalLogarithm(_ value: Float) -> Float {
        var mantissa = value
        var exponent: Float = 0
        while mantissa > 1.5 { (mantissa, exponent) = (mantissa / 2, exponent + 1) }
        let ratio = (mantissa - 1) / (mantissa + 1)
        var (term, sum) = (ratio, Float(0))
        for odd in stride(from: Float(1), through: 15, by: 2) {
            sum += term / odd
            term *= ratio * ratio
        }
        return 2 * sum + exponent * 0.693_147_2
    }

    private static let stopWords: Set<String> = [
        "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "in", "is", "it", "its", "of",
        "on", "or",
        "that", "the", "this", "to", "was", "were", "will", "with",
    ]
}
