import CEpoll
import Glibc

/// One client: what it has sent, and what it is still to be sent. Answers go out in the order of the requests.
final class Connection {
    let id: UInt64
    let descriptor: Int32
    let peer: String
    /// The address that the client reached us by.
    let localHost: String
    /// The wait for records that the newest request began, if it is still on.
    var fetchWait: FetchWait?
    /// What epoll was last told to look for.
    var interest: UInt32 = 0
    var isClosed = false

    private var input = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 16)
    private var inputStart = 0
    private var inputEnd = 0
    private var firstSlot: UInt64 = 0
    private var nextSlot: UInt64 = 0
    private var answers: [UInt64: [OutputPiece]] = [:]
    private var output: [OutputPiece] = []
    private var outputStart = 0
    private var sentOfFirst = 0

    init(id: UInt64, descriptor: Int32, peer: String, localHost: String) {
        (self.id, self.descriptor, self.peer, self.localHost) = (id, descriptor, peer, localHost)
    }

    deinit {
        input.deallocate()
        close(descriptor)
    }

    var hasOutput: Bool { outputStart < output.count }
    /// Whether so much is under way that no more is to be read for now.
    var isSaturated: Bool { nextSlot - firstSlot >= 64 || output.count - outputStart >= 256 }

    /// Takes a place for the answer to a request.
    func takeSlot() -> UInt64 {
        defer { nextSlot += 1 }
        return nextSlot
    }

    /// Gives the answer for a place; it is sent once all before it are.
    func answer(_ slot: UInt64, _ pieces: [OutputPiece]) {
        answers[slot] = pieces
        while let ready = answers.removeValue(forKey: firstSlot) {
            output += ready
            firstSlot += 1
        }
    }

    // MARK: Reading

    /// Reads what is there. Returns false when the client is gone.
    func fill() -> Bool {
        var budget = 1 << 20
        while budget > 0 {
            if inputEnd == input.count { makeRoom() }
            let count = read(descriptor, input.baseAddress! + inputEnd, input.count - inputEnd)
            if count > 0 {
                inputEnd += count
                budget -= count
                if inputEnd < input.count { return true }
            } else if count == 0 {
                return false
            } else if errno != EINTR {
                return errno == EAGAIN
            }
        }
        return true
    }

    private func makeRoom() {
        if inputStart > 0 {
            let rest = inputEnd - inputStart
            memmove(input.baseAddress!, input.baseAddress! + inputStart, rest)
            (inputStart, inputEnd) = (0, rest)
            if rest <= input.count / 2 { return }
        }
        resize(input.count * 2)
    }

    private func resize(_ size: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        let rest = inputEnd - inputStart
        memcpy(larger.baseAddress!, input.baseAddress! + inputStart, rest)
        input.deallocate()
        (input, inputStart, inputEnd) = (larger, 0, rest)
    }

    /// What came of looking for a request.
    enum Frame {
        case none
        case request(UnsafeMutableRawBufferPointer)
        case nonsense
    }

    /// The next whole request, valid until the next call on this connection.
    func nextFrame(limit: Int) -> Frame {
        let rest = inputEnd - inputStart
        guard rest >= 4 else {
            if rest == 0 { relax() }
            return .none
        }
        let length = Int(
            Int32(bigEndian: UnsafeRawBufferPointer(input).loadUnaligned(fromByteOffset: inputStart, as: Int32.self)))
        guard length >= 8, length <= limit else { return .nonsense }
        guard rest >= 4 + length else { return .none }
        let start = inputStart + 4
        inputStart = start + length
        return .request(UnsafeMutableRawBufferPointer(rebasing: input[start..<start + length]))
    }

    private func relax() {
        (inputStart, inputEnd) = (0, 0)
        if input.count > 256 << 10 { resize(16 << 10) }
    }

    // MARK: Writing

    /// Sends what it can. Returns false when the client is gone or a file cannot be read.
    func flush() -> Bool {
        while outputStart < output.count {
            let piece = output[outputStart]
            let rest = piece.count - sentOfFirst
            let isLast = outputStart == output.count - 1
            let count = rest == 0 ? 0 : send(piece, rest, more: !isLast)
            if count < 0 {
                if errno == EINTR { continue }
                return errno == EAGAIN
            }
            if count == 0, rest > 0 { return false }
            sentOfFirst += count
            if sentOfFirst == piece.count {
                sentOfFirst = 0
                output[outputStart] = .bytes([])
                outputStart += 1
            }
        }
        output.removeAll(keepingCapacity: output.count < 64)
        outputStart = 0
        return true
    }

    private func send(_ piece: OutputPiece, _ rest: Int, more: Bool) -> Int {
        switch piece {
        case .bytes(let bytes):
            let flags = Int32(MSG_NOSIGNAL) | (more ? Int32(MSG_MORE) : 0)
            return bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress! + sentOfFirst, rest, flags) }
        case .slice(let slice):
            var offset = off_t(slice.position) + off_t(sentOfFirst)
            return sendfile(descriptor, slice.file.descriptor, &offset, rest)
        }
    }
}
