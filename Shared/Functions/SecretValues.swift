import Core

/// The secrets that a call may read, as they are now.
struct SecretValues: Sendable {
    /// Shorter texts are not masked: they would be found everywhere.
    private static let shortest = 4

    private var values = JSONObject()
    private var texts: [String] = []

    /// What `$secrets` is.
    var json: JSON { .object(values) }

    /// Takes a secret; one whose text is a JSON object or array is that.
    mutating func take(_ name: String, _ text: String) {
        let parsed = try? JSON(parsing: text)
        let isStructured = parsed?.object != nil || parsed?.array != nil
        let value = isStructured ? parsed! : .string(text)
        values[name] = value
        collect(value)
        // The longest first, lest a part of one be masked and its rest shown.
        texts.sort { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    private mutating func collect(_ value: JSON) {
        switch value {
        case .string(let text): if text.utf8.count >= Self.shortest { texts += [text, Percent.encoded(text)] }
        case .array(let elements): for element in elements { collect(element) }
        case .object(let object): for value in object.values { collect(value) }
        case .integer, .number: if value.text().utf8.count >= Self.shortest { texts.append(value.text()) }
        case .null, .bool: break
        }
    }

    /// Takes a text that is no secret of the definition, but is not to be shown either.
    mutating func mask(_ text: String) {
        collect(.string(text))
        texts.sort { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    subscript(name: String) -> JSON? { values[name] }

    /// The text with a mask in place of each secret.
    func redacted(_ text: String) -> String {
        var text = text
        for secret in texts { text.replace(secret, with: "***") }
        return text
    }

    /// The value with a mask in place of each secret in its texts.
    func redacted(_ value: JSON) -> JSON {
        if texts.isEmpty { return value }
        switch value {
        case .string(let text): return .string(redacted(text))
        case .array(let elements): return .array(elements.map { redacted($0) })
        case .object(let object): return .object(JSONObject(object.map { ($0.key, redacted($0.value)) }))
        default: return value
        }
    }
}
