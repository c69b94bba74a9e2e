/// What a stream has produced and the client has not yet taken.
struct HTTPStreamBuffer {
    /// Above this the writer waits: a slow reader costs no more memory than this.
    static let limit = 256 << 10

    private var chunks: [[UInt8]] = []
    private var offset = 0
    private(set) var count = 0
    var hasEnded = false
    /// The library has suspended the connection until there is something to send.
    var readerWaits = false
    private var writer: CheckedContinuation<Void, Never>?

    var isFull: Bool { count >= Self.limit }

    mutating func append(_ chunk: [UInt8]) {
        guard !chunk.isEmpty else { return }
        chunks.append(chunk)
        count += chunk.count
    }

    mutating func wait(_ continuation: CheckedContinuation<Void, Never>) { writer = continuation }

    mutating func resumeWriter() {
        writer?.resume()
        writer = nil
    }

    /// Moves up to `maximum` bytes to `target`; 0 when there are none.
    mutating func read(into target: UnsafeMutableRawPointer, _ maximum: Int) -> Int {
        var moved = 0
        while moved < maximum, let chunk = chunks.first {
            let size = min(chunk.count - offset, maximum - moved)
            chunk.withUnsafeBytes { source in
                (target + moved).copyMemory(from: source.baseAddress! + offset, byteCount: size)
            }
            moved += size
            offset += size
            if offset == chunk.count {
                chunks.removeFirst()
                offset = 0
            }
        }
        count -= moved
        if !isFull { resumeWriter() }
        return moved
    }
}
