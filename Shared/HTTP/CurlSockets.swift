import CCurl
import CEpoll
import Glibc

/// A multi handle with its sockets and its timer, watched by epoll: what happens costs what it touches, however many
/// requests are under way. (`curl_multi_perform` looks at all of them each time.)
///
/// Unchecked because all is touched on the driver's thread only, save for `wake`.
final class CurlSockets: @unchecked Sendable {
    let multi: UnsafeMutableRawPointer
    private let epoll: Int32
    private let alarm: Int32
    private var events = [epoll_event](repeating: epoll_event(), count: 64)
    /// When libcurl wants to look at its own time-outs.
    private var due: ContinuousClock.Instant?

    init() {
        guard let multi = curl_multi_init() else { preconditionFailure("out of memory") }
        self.multi = multi
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        alarm = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        precondition(epoll >= 0 && alarm >= 0, "no descriptors are left for the HTTP client")
        watch(alarm, EPOLLIN.rawValue)
        let me = Unmanaged.passUnretained(self).toOpaque()
        curlx_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, me)
        curlx_multi_set_pointer(multi, CURLMOPT_TIMERDATA, me)
        curlx_multi_set_socket_callback(multi) { _, socket, what, context, _ in
            sockets(context).note(socket, what)
            return 0
        }
        curlx_multi_set_timer_callback(multi) { _, milliseconds, context in
            sockets(context).due = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
            return 0
        }
    }

    deinit {
        curlx_multi_set_socket_callback(multi, nil)
        curlx_multi_set_timer_callback(multi, nil)
        curl_multi_cleanup(multi)
        close(alarm)
        close(epoll)
    }

    /// Ends the wait of `turn`, this one or the next; from any thread.
    func wake() {
        var one: UInt64 = 1
        _ = write(alarm, &one, 8)
    }

    /// Waits until something happens, at most as long as said, and lets libcurl act on it.
    func turn(atMost limit: Duration) {
        let left = due.map { max(.zero, min($0 - .now, limit)) } ?? limit
        // Rounded up, so that it is not too early by less than that.
        let count = epoll_wait(epoll, &events, Int32(events.count), Int32((left / .milliseconds(1)).rounded(.up)))
        var running: Int32 = 0
        for event in events[..<max(0, Int(count))] {
            guard event.data.fd != alarm else {
                var rung: UInt64 = 0
                _ = read(alarm, &rung, 8)
                continue
            }
            let isReadable = event.events & EPOLLIN.rawValue != 0
            let isWritable = event.events & EPOLLOUT.rawValue != 0
            // Neither is an error of the socket, which libcurl finds out by itself.
            let what = (isReadable ? CURL_CSELECT_IN : 0) | (isWritable ? CURL_CSELECT_OUT : 0)
            curl_multi_socket_action(multi, event.data.fd, what, &running)
        }
        if let due, due <= .now {
            self.due = nil
            curl_multi_socket_action(multi, CURL_SOCKET_BAD, 0, &running)
        }
    }

    private func note(_ socket: Int32, _ what: Int32) {
        switch what {
        case CURL_POLL_IN: watch(socket, EPOLLIN.rawValue)
        case CURL_POLL_OUT: watch(socket, EPOLLOUT.rawValue)
        case CURL_POLL_INOUT: watch(socket, EPOLLIN.rawValue | EPOLLOUT.rawValue)
        default: epoll_ctl(epoll, EPOLL_CTL_DEL, socket, nil)
        }
    }

    /// Also of a socket that was closed without a word: its number may have come back as another's.
    private func watch(_ socket: Int32, _ interest: UInt32) {
        var event = epoll_event()
        (event.events, event.data.fd) = (interest, socket)
        guard epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event) != 0 else { return }
        epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event)
    }
}

private func sockets(_ context: UnsafeMutableRawPointer?) -> CurlSockets {
    Unmanaged<CurlSockets>.fromOpaque(context!).takeUnretainedValue()
}
