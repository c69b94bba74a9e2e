/// Where a request's body ends. The library takes what a proxy in front may read otherwise (two lengths, a length and
/// chunks, spaces before the colon); such requests are refused, since they can smuggle another one past the proxy.
struct HTTPFraming {
    enum Finding: Equatable {
        case sound
        case tooLarge(Int)
        case malformed(ProblemDetails)
    }

    private let lengths: [String]
    private let codings: [String]
    private let badName: String?
    let expectsContinue: Bool

    init(_ headers: HTTPHeaders) {
        lengths = headers.all("content-length")
        codings = headers.all("transfer-encoding")
        expectsContinue = headers["expect"]?.lowercased() == "100-continue"
        badName = headers.fields.first { !$0.name.utf8.allSatisfy(Self.isTokenByte) || $0.name.isEmpty }?.name
    }

    func check(limit: Int) -> Finding {
        if badName != nil {
            return .malformed(.ambiguousFraming("A header's name holds a space or another character."))
        }
        if !lengths.isEmpty, !codings.isEmpty {
            return .malformed(.ambiguousFraming("Both Content-Length and Transfer-Encoding were sent."))
        }
        if lengths.count > 1 { return .malformed(.ambiguousFraming("Content-Length was sent more than once.")) }
        if codings.count > 1 { return .malformed(.ambiguousFraming("Transfer-Encoding was sent more than once.")) }
        if let coding = codings.first, coding.lowercased() != "chunked" { return .malformed(.unknownCoding(coding)) }
        guard let text = lengths.first else { return .sound }
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return .malformed(.ambiguousFraming("Content-Length is no number."))
        }
        // More digits than an Int holds is a number all the same.
        let length = Int(text) ?? .max
        return length > limit ? .tooLarge(length) : .sound
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
