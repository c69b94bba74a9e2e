import CMicrohttpd
import Glibc
import Synchronization

/// Starts the library and turns its callbacks into calls of `HTTPServer` and `HTTPExchange`.
enum MicrohttpdDaemon {
    static func start(_ server: HTTPServer) throws(HTTPServerError) -> OpaquePointer {
        // The server outlives the daemon: `drain` stops it, and only who drains lets go of the server.
        let context = Unmanaged.passUnretained(server).toOpaque()
        var items = options(server.configuration, context)
        let daemon = items.withUnsafeMutableBufferPointer { items in
            withVaList([
                UInt32(MHD_OPTION.ARRAY.rawValue), items.baseAddress!, UInt32(MHD_OPTION.END.rawValue),
            ]) { list in
                let flags =
                    MHD_USE_EPOLL_INTERNAL_THREAD.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
                    | MHD_USE_NO_LISTEN_SOCKET.rawValue
                return MHD_start_daemon_va(flags, 0, nil, nil, onAccess, context, list)
            }
        }
        guard let daemon else {
            throw HTTPServerError(
                kind: .cannotListen, description: "the HTTP library cannot start: \(String(cString: strerror(errno)))")
        }
        return daemon
    }

    private static func options(
        _ configuration: HTTPServerConfiguration, _ context: UnsafeMutableRawPointer
    ) -> [MHD_OptionItem] {
        func item(_ option: MHD_OPTION, _ value: Int, _ pointer: UnsafeMutableRawPointer? = nil) -> MHD_OptionItem {
            MHD_OptionItem(option: option, value: value, ptr_value: pointer)
        }
        return [
            item(.THREAD_POOL_SIZE, max(2, configuration.threads)),
            item(.CONNECTION_TIMEOUT, Int(configuration.idleLimit.components.seconds) + 1),
            // The listener keeps the limit; the library would close what is too much.
            item(.CONNECTION_LIMIT, 2 * configuration.maxConnections + 64),
            item(.CONNECTION_MEMORY_LIMIT, configuration.maxHeader),
            item(.STRICT_FOR_CLIENT, 1),
            item(.NOTIFY_COMPLETED, unsafeBitCast(onCompleted, to: Int.self)),
            item(.NOTIFY_CONNECTION, unsafeBitCast(onConnection, to: Int.self), context),
            item(.URI_LOG_CALLBACK, unsafeBitCast(onTarget, to: Int.self), context),
            item(.END, 0),
        ]
    }
}

private typealias CompletedCallback =
    @convention(c) (
        UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
        MHD_RequestTerminationCode
    ) -> Void

private typealias ConnectionCallback =
    @convention(c) (
        UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
        MHD_ConnectionNotificationCode
    ) -> Void

private typealias TargetCallback =
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?) -> UnsafeMutableRawPointer?

private func server(_ context: UnsafeMutableRawPointer?) -> HTTPServer {
    Unmanaged<HTTPServer>.fromOpaque(context!).takeUnretainedValue()
}

private let onAccess: MHD_AccessHandlerCallback = { context, connection, _, method, _, data, size, slot in
    guard let connection, let method, let size, let slot else { return .NO }
    if let exchange = slot.pointee {
        let piece = UnsafeRawBufferPointer(start: data, count: size.pointee)
        size.pointee = 0
        return Unmanaged<HTTPExchange>.fromOpaque(exchange).takeUnretainedValue().proceed(piece)
    }
    let exchange = HTTPExchange(server(context), connection, method: String(cString: method))
    slot.pointee = Unmanaged.passRetained(exchange).toOpaque()
    return exchange.begin()
}

private let onCompleted: CompletedCallback = { _, _, slot, _ in
    guard let exchange = slot?.pointee else { return }
    slot?.pointee = nil
    Unmanaged<HTTPExchange>.fromOpaque(exchange).takeRetainedValue().completed()
}

private let onConnection: ConnectionCallback = { context, connection, _, code in
    guard let connection else { return }
    let descriptor = mhdx_connection_fd(connection)
    server(context).table.withLock { table in
        switch code {
        case .CONNECTION_NOTIFY_STARTED:
            table.arriving.remove(descriptor)
            table.connections[descriptor] = HTTPConnectionTable.Connection(phase: .idle, since: .now)
        case .CONNECTION_NOTIFY_CLOSED: table.connections[descriptor] = nil
        }
    }
}

private let onTarget: TargetCallback = { context, target, connection in
    guard let target, let connection else { return nil }
    let descriptor = mhdx_connection_fd(connection)
    let text = String(cString: target)
    server(context).table.withLock { table in
        table.enter(.reading, descriptor)
        table.connections[descriptor]?.target = text
    }
    return nil
}
