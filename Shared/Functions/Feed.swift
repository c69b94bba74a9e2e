import Glibc

/// The stdin of a process that is spoken with, and the lines that it says.
struct Feed<Talk: Conversation> {
    var talk: Talk
    /// Whether all is said.
    private(set) var isOver = false
    /// Our end of a socket: writing to one that nobody reads any more is an error here, not a signal.
    private let socket: Int32?
    private var isClosed = false
    private var pending: [UInt8]
    private var line: [UInt8] = []

    /// A feed through `socket`, which stays the caller's to close; without one nothing is said.
    init(_ talk: Talk, socket: Int32?) {
        (self.talk, self.socket, pending) = (talk, socket, talk.opening)
    }

    /// What is to be waited for until more can be written; nil for nothing.
    var descriptor: Int32? { isClosed || pending.isEmpty ? nil : socket }

    /// Writes what there is room for. What a process does not want to hear is dropped.
    mutating func write() {
        guard let descriptor else { return }
        let count = send(descriptor, pending, pending.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        if count > 0 { pending.removeFirst(count) } else if errno != EAGAIN, errno != EINTR { pending = [] }
    }

    /// Takes what came on stdout.
    mutating func take(_ bytes: ArraySlice<UInt8>) {
        guard let socket, !isOver else { return }
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                continue
            }
            let step = talk.reply(to: line)
            line = []
            switch step {
            case .say(let words): pending += words
            case .end:
                (isOver, isClosed) = (true, true)
                shutdown(socket, Int32(SHUT_WR))
                return
            }
        }
    }
}
