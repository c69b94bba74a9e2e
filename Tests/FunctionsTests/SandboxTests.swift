import Core
import Glibc
import TestKit
import Testing

@testable import Functions

extension Sandbox.Wrapper: CustomTestStringConvertible {
    /// As the tests' output names it.
    public var testDescription: String {
        switch self {
        case .bubblewrap: "bubblewrap"
        case .unshare: "unshare"
        }
    }
}

/// By each wrapper that is installed; the names of the cases tell which ran.
@Suite("The sandbox", .timeLimit(.minutes(5)))
struct SandboxTests {
    private func functions(
        _ wrapper: Sandbox.Wrapper, _ change: (inout ProcessSettings) -> Void = { _ in }
    ) -> FunctionTable {
        var settings = FunctionSettings()
        settings.processes.confinement = .sandboxed
        settings.processes.wrapper = wrapper
        change(&settings.processes)
        return table(settings)
    }

    @Test("One of the wrappers is installed, and the better one is taken")
    func choice() throws {
        let best = try #require(Sandbox.Wrapper.installed.first)
        var settings = ProcessSettings()
        settings.confinement = .sandboxed
        let command = try #require(Sandbox(settings: settings).command(["sh"], in: "/tmp"))
        switch best {
        case .bubblewrap(let path), .unshare(let path): #expect(command.contains(path))
        }
    }

    @Test("There is no network and no other process", arguments: Sandbox.Wrapper.installed)
    func isolation(_ wrapper: Sandbox.Wrapper) async throws {
        let output = try await functions(wrapper).run(
            "shell", ["command": "ls /proc | grep -c '^[0-9]'; echo still writes > x; cat x"], .call())
        let lines = try #require(output.string).split(separator: "\n")
        #expect(Int(lines[0]).map { $0 < 10 } == true)
        #expect(lines.last == "still writes")
        let code = """
            import socket
            try:
                socket.create_connection(("192.0.2.1", 80), 1)
            except OSError as error:
                print(error.errno)
            """
        let refused = try await functions(wrapper).run(
            "script", ["language": "python", "code": .string(code)], .call())
        // ENETUNREACH: with a network it would be a time-out.
        #expect(refused == "101\n")
    }

    @Test("Limits hold within it, and what it started dies with it", arguments: Sandbox.Wrapper.installed)
    func limits(_ wrapper: Sandbox.Wrapper) async throws {
        let marker = "cadenza-test-\(UInt32.random(in: 0 ... .max))"
        let quick = functions(wrapper) { $0.time = .seconds(1) }
        let late = await faulted {
            _ = try await quick.run(
                "shell", ["command": .string("setsid sh -c 'sleep 300; echo \(marker)' & wait")], .call())
        }
        #expect(late?.type == Fault.Standard.timeout.type)
        try await eventually("the descendants are gone, also those of another session") { !isRunning(marker) }
        let greedy = functions(wrapper) { $0.memory = 100 << 20 }
        let code = try await greedy.run(
            "script", ["language": "python", "code": "x = bytearray(400 << 20)", "return": "code"], .call())
        #expect(code != 0)
    }

    @Test(
        "With bubblewrap the file system is read-only, and what people and services keep is not to be seen",
        arguments: Sandbox.Wrapper.installed.filter { if case .bubblewrap = $0 { true } else { false } })
    func files(_ wrapper: Sandbox.Wrapper) async throws {
        let secret = "/tmp/cadenza-test-secret-\(UInt32.random(in: 0 ... .max))"
        close(creat(secret, 0o644))
        defer { unlink(secret) }
        let output = try await functions(wrapper).run(
            "shell",
            [
                "command": .string("touch /usr/x /etc/x 2>/dev/null; echo $?; ls -A /root /home; ls \(secret)"),
                "return": "all",
            ], .call())
        #expect(output["stdout"] == "1\n/home:\n\n/root:\n")
        #expect(output["code"] != 0)
        #expect(access("/usr/x", F_OK) != 0)
    }
}
