import CCurl
import Glibc
import Synchronization

/// One request on its way. Unchecked because everything but `continuation` is touched on the driver's thread only, once
/// `begin` has handed it over.
final class CurlTransfer: Queued, @unchecked Sendable {
    typealias Outcome = Result<HTTPClientResponse, HTTPClientError>

    let request: HTTPClientRequest
    let place: String
    let deadline: ContinuousClock.Instant
    private let host: String
    private let continuation = Mutex<CheckedContinuation<Outcome, Never>?>(nil)
    private(set) var handle: UnsafeMutableRawPointer?
    private var lines: UnsafeMutablePointer<curl_slist>?
    private let body: UnsafeMutableBufferPointer<UInt8>
    private let reason = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var headers = HTTPHeaders()
    private var received: [UInt8] = []
    private var isTooLarge = false
    private var isCut = false
    /// The cancellation overtook the beginning.
    var isCancelled = false

    /// Whether somebody who waited for it has been told.
    var isOver: Bool { isCancelled }

    /// Its time begins now.
    init(_ request: HTTPClientRequest, to location: HTTPLocation) {
        (self.request, host, place) = (request, location.host, location.authority)
        deadline = ContinuousClock.now + request.timeout
        body = .allocate(capacity: request.body?.count ?? 0)
        _ = body.initialize(from: request.body ?? [])
        reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        body.deallocate()
        reason.deallocate()
    }

    func expect(_ continuation: CheckedContinuation<Outcome, Never>) {
        self.continuation.withLock { $0 = continuation }
    }

    /// The first outcome counts.
    func finish(_ outcome: Outcome) {
        let waiting = continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
        waiting?.resume(returning: outcome)
    }

    func fail(_ kind: HTTPClientError.Kind, _ detail: String? = nil) {
        finish(.failure(HTTPClientError(kind, host: host, detail: detail)))
    }

    /// Its time was over before anything was sent.
    func failUnsent() { fail(.connectTimedOut, "no connection was made, or became free, in time") }

    /// Makes the easy handle; false when memory is out.
    func open(_ configuration: HTTPClientConfiguration) -> Bool {
        guard let handle = curl_easy_init() else { return false }
        self.handle = handle
        curlx_set_string(handle, CURLOPT_URL, request.url)
        curlx_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        curlx_set_string(handle, CURLOPT_PROXY, configuration.proxy ?? "")
        if let file = configuration.certificateFile { curlx_set_string(handle, CURLOPT_CAINFO, file) }
        curlx_set_long(handle, CURLOPT_NOSIGNAL, 1)
        curlx_set_long(handle, CURLOPT_TCP_NODELAY, 1)
        curlx_set_long(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
        curlx_set_long(handle, CURLOPT_TIMEOUT_MS, Self.milliseconds(deadline - ContinuousClock.now))
        curlx_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(configuration.connectTimeout))
        curlx_set_pointer(handle, CURLOPT_ERRORBUFFER, reason)
        if let digest = request.digest {
            curlx_set_long(handle, CURLOPT_HTTPAUTH, 1 << 1)  // CURLAUTH_DIGEST, a macro with a cast
            curlx_set_string(handle, CURLOPT_USERNAME, digest.username)
            curlx_set_string(handle, CURLOPT_PASSWORD, digest.password)
        }
        setMethod(handle)
        setLines(handle, userAgent: configuration.userAgent)
        let me = Unmanaged.passUnretained(self).toOpaque()
        curlx_set_pointer(handle, CURLOPT_PRIVATE, me)
        curlx_set_pointer(handle, CURLOPT_WRITEDATA, me)
        curlx_set_pointer(handle, CURLOPT_HEADERDATA, me)
        curlx_set_callback(handle, CURLOPT_WRITEFUNCTION) { data, _, count, context in
            transfer(context).receive(UnsafeRawBufferPointer(start: data, count: count))
        }
        curlx_set_callback(handle, CURLOPT_HEADERFUNCTION) { data, _, count, context in
            transfer(context).receiveHeader(UnsafeRawBufferPointer(start: data, count: count))
            return count
        }
        return true
    }

    /// Frees the easy handle, which must have left its multi handle.
    func dispose() {
        curl_easy_cleanup(handle)
        curl_slist_free_all(lines)
        (handle, lines) = (nil, nil)
    }

    /// Tells the waiting task how it ended.
    func complete(_ code: CURLcode) {
        guard code == CURLE_OK || isCut else {
            if code == CURLE_OPERATION_TIMEDOUT, !hasSent {
                // The library's words speak of the name, whatever it was that took so long.
                return failUnsent()
            }
            let words = String(cString: reason)
            return fail(isTooLarge ? .responseTooLarge : Self.kind(code), words.isEmpty ? nil : words)
        }
        var status = 0
        curlx_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        finish(.success(HTTPClientResponse(status: status, headers: headers, body: received)))
    }

    private func setMethod(_ handle: UnsafeMutableRawPointer) {
        if request.method == "HEAD" {
            curlx_set_long(handle, CURLOPT_NOBODY, 1)
        } else if request.body != nil {
            curlx_set_long(handle, CURLOPT_POST, 1)
            curlx_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            curlx_set_pointer(handle, CURLOPT_POSTFIELDS, body.baseAddress.map { UnsafeMutableRawPointer($0) })
        }
        curlx_set_string(handle, CURLOPT_CUSTOMREQUEST, request.method)
    }

    private func setLines(_ handle: UnsafeMutableRawPointer, userAgent: String) {
        var headers = request.headers
        if headers["user-agent"] == nil { headers["user-agent"] = userAgent }
        // No pause for a 100 Continue, and no content type that the caller did not give.
        var texts = ["Expect:"]
        if request.body != nil, headers["content-type"] == nil { texts.append("Content-Type:") }
        for field in headers.fields {
            let value = field.value.filter { !$0.isNewline && $0 != "\0" }
            texts.append(value.isEmpty ? "\(field.name);" : "\(field.name): \(value)")
        }
        for text in texts { lines = curl_slist_append(lines, text) }
        curlx_set_list(handle, CURLOPT_HTTPHEADER, lines)
    }

    private func receive(_ data: UnsafeRawBufferPointer) -> Int {
        guard received.count + data.count <= request.maxResponseBytes else {
            isTooLarge = true
            return 0
        }
        received.append(contentsOf: data)
        if let isComplete = request.isComplete, isSuccess { isCut = isComplete(received) }
        return isCut ? 0 : data.count
    }

    /// Whether any byte of the request has left.
    private var hasSent: Bool {
        var size = 0
        curlx_get_long(handle, CURLINFO_REQUEST_SIZE, &size)
        return size > 0
    }

    private var isSuccess: Bool {
        var status = 0
        curlx_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return (200...299).contains(status)
    }

    private func receiveHeader(_ line: UnsafeRawBufferPointer) {
        // A new status line begins the headers anew: what came before belonged to an interim answer.
        if line.starts(with: "HTTP/".utf8) { return headers = HTTPHeaders() }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        headers.add(Self.text(line[..<colon]), Self.text(line[(colon + 1)...]))
    }

    /// The text without the white space around it.
    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[first...last]), as: UTF8.self)
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        let parts = duration.components
        return max(1, Int(parts.seconds) * 1000 + Int(parts.attoseconds / 1_000_000_000_000_000))
    }

    private static func kind(_ code: CURLcode) -> HTTPClientError.Kind {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalidURL
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .cannotResolve
        case CURLE_COULDNT_CONNECT: .cannotConnect
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM:
            .tls
        default: .broken
        }
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> CurlTransfer {
    Unmanaged<CurlTransfer>.fromOpaque(context!).takeUnretainedValue()
}
