import Contracts
import Core

/// The headers and the body of a dead letter's message.
struct LetterContent: Sendable, Hashable {
    struct Header: Sendable, Hashable {
        var name: String
        var value: [UInt8]

        /// The value where it is text that the database can hold.
        var text: String? {
            String(validating: value, as: UTF8.self).flatMap { $0.utf8.contains(0) ? nil : $0 }
        }
    }

    var headers: [Header]
    var value: [UInt8]

    init(headers: [Header], value: [UInt8]) { (self.headers, self.value) = (headers, value) }

    init(_ letter: DeadlettersV1.MessageDied) {
        self.init(headers: letter.headers.map { Header(name: $0.name, value: $0.value) }, value: letter.value)
    }

    /// Headers as a row keeps them.
    init(stored headers: JSON, value: [UInt8]) {
        let list = (headers.array ?? []).map { header in
            let bytes = header["base64"]?.string.flatMap { Base64.decoded($0) }
            return Header(
                name: header["name"]?.string ?? "", value: bytes ?? Array((header["value"]?.string ?? "").utf8))
        }
        self.init(headers: list, value: value)
    }

    /// Headers for a row and for the API: `{"name", "value"}`, or `base64` for what is no text.
    var storedHeaders: JSON {
        .array(
            headers.map { header in
                var object: JSONObject = ["name": .string(header.name)]
                object["value"] = header.text.map(JSON.string)
                if header.text == nil { object["base64"] = .string(Base64.text(header.value)) }
                return .object(object)
            })
    }

    /// Headers by their names, for comparing: of several of a name the last counts, as for who reads them.
    var byName: JSONObject {
        JSONObject(headers.map { ($0.name, $0.text.map(JSON.string) ?? ["base64": .string(Base64.text($0.value))]) })
    }

    /// The last header of this name, whatever the case.
    subscript(name: String) -> String? { headers.last { $0.name.lowercased() == name }?.text }

    /// Replaces all headers of this name, or takes them away.
    mutating func set(_ name: String, _ text: String?) {
        let position = headers.firstIndex { $0.name.lowercased() == name.lowercased() }
        let header = text.map { Header(name: position.map { headers[$0].name } ?? name, value: Array($0.utf8)) }
        headers.removeAll { $0.name.lowercased() == name.lowercased() }
        if let header { headers.insert(header, at: min(position ?? headers.count, headers.count)) }
    }
}
