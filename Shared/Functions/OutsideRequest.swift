import Core
import HTTP

/// A request to an outside server.
struct OutsideRequest: Sendable {
    /// In upper case.
    var method: String
    /// Absolute.
    var url: String
    /// Without credentials.
    var headers = HTTPHeaders()
    /// Nil for none.
    var body: [UInt8]?
    /// Who sends it.
    var credentials = Credentials.none
    /// Whether the statuses 300 … 399 are followed, and taken as answers when they cannot be.
    var acceptsRedirect = false
    /// Bytes of an answer; a larger one is an error. Nil for as many as any answer may have.
    var largestAnswer: Int?
    /// Whether the body so far is all that is wanted; nil takes all.
    var isComplete: (@Sendable ([UInt8]) -> Bool)?

    /// What sending it twice does.
    var effect: PreparedCall.Effect {
        switch method {
        case "GET", "HEAD", "OPTIONS", "TRACE": .reads
        case "PUT", "DELETE": .idempotent
        default: headers["idempotency-key"] == nil ? .irreversible : .idempotent
        }
    }

    /// Gives it the call's key, if it is not repeatable otherwise and brings none of its own.
    mutating func add(key: String?) {
        if let key, effect == .irreversible { headers["idempotency-key"] = key }
    }

    /// Reads header lines; a line break would smuggle further ones in.
    static func headers(_ value: JSON?, _ member: String = "headers") throws(FunctionError) -> HTTPHeaders {
        var headers = HTTPHeaders()
        for (name, text) in try named(value, member) { headers.add(name, text) }
        return headers
    }

    /// The same with the names as they are written.
    static func named(_ value: JSON?, _ member: String) throws(FunctionError) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        guard let value, !value.isNull else { return headers }
        guard let object = value.object else { throw .bad(member, "an object", value) }
        for (name, value) in object where !value.isNull {
            let text = Percent.plain(value)
            guard !name.isEmpty, !(name + text).unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }),
                !name.contains(where: { $0 == ":" || $0 == " " })
            else { throw .bad(member, "names and values without control characters") }
            headers.append((name, text))
        }
        return headers
    }

    /// Gives it a body: text as it is, a form if the content type says so, all else as JSON.
    mutating func setBody(_ value: JSON?) {
        switch value {
        case nil, .null?: body = nil
        case .string(let text)?: body = Array(text.utf8)
        case .object(let object)? where headers["content-type"]?.hasPrefix("application/x-www-form-urlencoded") == true:
            body = Array(Percent.form(object).utf8)
        case let value?:
            body = value.bytes()
            if headers["content-type"] == nil { headers["content-type"] = "application/json" }
        }
    }

    /// Adds a query to the URL, before a fragment.
    mutating func addQuery(_ query: String) {
        if query.isEmpty { return }
        let parts = url.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        url = parts[0] + (parts[0].contains("?") ? "&" : "?") + query
    }
}
