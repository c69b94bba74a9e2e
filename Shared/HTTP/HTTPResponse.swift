public import Core

/// An answer.
public struct HTTPResponse: Sendable {
    /// What follows the headers.
    public enum Body: Sendable {
        /// All of it at once.
        case bytes([UInt8])
        /// Piece by piece, each sent as it comes, until the stream ends or the client goes.
        case stream(AsyncStream<[UInt8]>)
        /// A file by its path, read while sending; a file that cannot be opened is answered by 404.
        case file(String)
    }

    /// The status code, 200 … 599.
    public var status: Int
    /// The header lines; length and connection are the server's.
    public var headers: HTTPHeaders
    /// What follows them.
    public var body: Body

    /// An answer; by default 200 and empty.
    public init(status: Int = 200, headers: HTTPHeaders = HTTPHeaders(), body: Body = .bytes([])) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// JSON with its content type.
    public static func json(_ value: JSON, status: Int = 200, headers: HTTPHeaders = HTTPHeaders()) -> HTTPResponse {
        var response = HTTPResponse(status: status, headers: headers, body: .bytes(value.bytes()))
        response.headers["content-type"] = "application/json"
        return response
    }

    /// Plain text with its content type.
    public static func text(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["content-type": "text/plain; charset=utf-8"], body: .bytes(Array(text.utf8)))
    }

    /// A live view: the events of the stream, each already encoded by `ServerSentEvent.bytes`.
    public static func events(_ stream: AsyncStream<[UInt8]>) -> HTTPResponse {
        HTTPResponse(
            headers: ["content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no"],
            body: .stream(stream))
    }
}
