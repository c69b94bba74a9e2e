import Core
import GatewayDomain
import HTTP
import ObjectStore
import Telemetry

/// A request whose caller is known.
struct APIRequest: Sendable {
    let http: HTTPRequest
    let caller: Caller
    let trace: TraceContext
    /// Its place among the requests that are worked on; given back by who only waits from then on. Nil for nobody's.
    var place: TenantGate.Place?

    var tenant: String { caller.tenant }

    /// The value of a `{name}` of the route.
    func parameter(_ name: String) -> String { http.parameters[name] ?? "" }

    /// What our messages say of where they come from.
    var origin: Origin {
        Origin(
            caller: caller, correlationID: http.headers["x-correlation-id"].flatMap { $0.isEmpty ? nil : $0 },
            traceparent: trace.traceparent)
    }

    /// Refuses parameters that the route does not know.
    func checkQuery(_ known: [String], prefix: String? = nil) throws(Refusal) {
        for item in http.target.query where !known.contains(item.name) {
            if let prefix, item.name.hasPrefix(prefix), item.name.count > prefix.count { continue }
            let list = known.isEmpty ? "none" : known.joined(separator: ", ")
            throw Refusal.query("\(item.name.prefix(60)) is not known here; known: \(list).", "only known parameters")
        }
    }

    /// A parameter that is one of `choices`.
    func choice(_ name: String, of choices: [String]) throws(Refusal) -> String? {
        guard let text = http.query(name) else { return nil }
        guard choices.contains(text) else {
            throw Refusal.query("\(name) is another text.", "one of " + choices.joined(separator: ", "))
        }
        return text
    }

    /// A parameter that is a whole number.
    func number(_ name: String, in range: ClosedRange<Int>, default fallback: Int) throws(Refusal) -> Int {
        guard let text = http.query(name) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw Refusal.query(
                "\(name) is no number in its range.", "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Which part of a list is asked for.
    func page() throws(Refusal) -> (cursor: PageCursor?, limit: Int) {
        let limit = try number("limit", in: 1...500, default: 50)
        guard let text = http.query("cursor") else { return (nil, limit) }
        guard let cursor = PageCursor(text) else {
            throw Refusal.query("cursor is malformed.", "the next of the page before")
        }
        return (cursor, limit)
    }

    /// The body as JSON; an absent one is an empty object when `isOptional`.
    func json(isOptional: Bool = false) throws(Refusal) -> JSON {
        if http.body.isEmpty, isOptional { return [:] }
        try takes(["application/json"])
        do throws(JSONSyntaxError) {
            return try JSON(parsing: http.body)
        } catch {
            throw Refusal(
                400, .malformedJSON, "The body is not JSON", "The body cannot be read: \(error).",
                "Send one JSON value in UTF-8.")
        }
    }

    /// Refuses bodies of other media types.
    func takes(_ types: [String]) throws(Refusal) {
        let type = mediaType
        guard types.contains(type) else {
            throw Refusal(
                415, .wrongMediaType, "The media type is not taken here",
                "The body is \(type.isEmpty ? "of no stated type" : type).",
                "Send one of \(types.joined(separator: ", ")) and say so in Content-Type.")
        }
    }

    /// The body's type without its parameters, in lower case.
    var mediaType: String {
        let type = (http.headers["content-type"] ?? "").prefix { $0 != ";" }
        return type.filter { $0 != " " }.lowercased()
    }

    /// What makes two requests the same, for the idempotency key.
    var digest: String {
        var bytes = Array("\(http.method) \(http.path)\n".utf8)
        for item in http.target.query { bytes += Array("\(item.name)=\(item.value)\n".utf8) }
        return ContentDigest.hex(of: bytes + http.body)
    }
}
