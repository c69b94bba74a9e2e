import Core
import Glibc
import Synchronization
import TestKit
import Testing

@testable import Functions

@Suite("Scripts and shell commands", .timeLimit(.minutes(1)))
struct ProcessTests {
    private func functions(
        _ confinement: ProcessSettings.Confinement = .unconfined, _ change: (inout ProcessSettings) -> Void = { _ in }
    ) -> FunctionTable {
        var settings = FunctionSettings()
        settings.processes.confinement = confinement
        change(&settings.processes)
        return table(settings)
    }

    @Test("They are off unless the operator says otherwise")
    func off() async throws {
        for name in ["script", "shell"] {
            let fault = await faulted { _ = try await table().run(name, ["command": "true"], .call()) }
            #expect(fault?.type == Fault.Standard.configuration.type)
        }
    }

    @Test("A command gets stdin, arguments and environment, and nothing else of ours")
    func shell() async throws {
        setenv("CADENZA_TEST_SECRET", "leak", 1)
        let path = "/tmp/cadenza-test-open-\(UInt32.random(in: 0 ... .max))"
        let file = try #require(fopen(path, "w"))
        defer {
            fclose(file)
            unlink(path)
        }
        let output = try await functions().run(
            "shell",
            [
                "command": .string(
                    "echo \"$(cat) $1 $2 $WHO\"; env | grep -c CADENZA; "
                        + "ls -l /proc/self/fd | grep -c test-open; pwd; exit 3"),
                "stdin": "hello", "arguments": ["a b", 2], "environment": ["WHO": "ann"], "return": "all",
            ], .call())
        let lines = try #require(output["stdout"]?.string).split(separator: "\n")
        #expect(lines[0] == "hello a b 2 ann")
        #expect(lines[1] == "0")
        #expect(lines[2] == "0")
        #expect(lines[3].hasPrefix("/tmp/cadenza-run-"))
        #expect(access(String(lines[3]), F_OK) != 0)
        #expect(output["code"] == 3)
        #expect(output["stderr"] == "")
    }

    @Test("Each kind of return; a code other than 0 is an error unless it is asked for")
    func returns() async throws {
        let arguments: JSONObject = ["command": "echo out; echo err >&2"]
        for (kind, expected): (String, JSON) in [
            ("stdout", "out\n"), ("stderr", "err\n"), ("code", 0), ("none", nil),
        ] {
            var arguments = arguments
            arguments["return"] = .string(kind)
            #expect(try await functions().run("shell", .object(arguments), .call()) == expected)
        }
        let fault = await faulted { _ = try await functions().run("shell", ["command": "exit 7"], .call()) }
        #expect(fault?.type == Fault.Standard.runtime.type)
        #expect(fault?.detail == "FN0009: it ended with code 7")
        #expect(try await functions().run("shell", ["command": "exit 7", "return": "code"], .call()) == 7)
    }

    @Test("JavaScript and Python run as the language's example has them")
    func scripts() async throws {
        let js = """
            import { readFileSync } from 'node:fs';
            const [_, __, arg] = process.argv;
            console.log(readFileSync(process.stdin.fd, 'utf8'), arg, process.env.foo);
            """
        let arguments: JSONObject = ["stdin": "in", "arguments": ["hello"], "environment": ["foo": "bar"]]
        var script = arguments
        (script["language"], script["code"]) = ("js", .string(js))
        #expect(try await functions().run("script", .object(script), .call()) == "in hello bar\n")
        let python = "import os, sys\nprint(sys.stdin.read(), sys.argv[1], os.environ['foo'])"
        (script["language"], script["code"]) = ("python", .string(python))
        #expect(try await functions().run("script", .object(script), .call()) == "in hello bar\n")
        script["language"] = "ruby"
        let fault = await faulted { _ = try await functions().run("script", .object(script), .call()) }
        #expect(fault?.type == Fault.Standard.validation.type)
    }

    @Test("Time, output and memory have limits; what it started dies with it")
    func limits() async throws {
        let marker = "cadenza-test-\(UInt32.random(in: 0 ... .max))"
        let quick = functions { $0.time = .milliseconds(500) }
        let late = await faulted {
            _ = try await quick.run(
                "shell", ["command": .string("sh -c 'sleep 300; echo \(marker)' & wait")], .call())
        }
        #expect(late?.type == Fault.Standard.timeout.type)
        try await eventually("the descendants are gone") { !isRunning(marker) }
        let loud = await faulted { _ = try await functions().run("shell", ["command": "yes"], .call()) }
        #expect(loud?.detail?.contains("wrote more than") == true)
        let greedy = functions { $0.memory = 100 << 20 }
        let code = try await greedy.run(
            "script",
            ["language": "python", "code": "x = bytearray(400 << 20)", "return": "code"], .call())
        #expect(code != 0)
    }

    @Test("A cancelled call kills its process at once")
    func cancellation() async throws {
        let marker = "cadenza-test-\(UInt32.random(in: 0 ... .max))"
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do throws(FunctionError) {
                    _ = try await functions().run(
                        "shell", ["command": .string("sh -c 'sleep 300; echo \(marker)' & wait")], .call())
                    Issue.record("it ended by itself")
                } catch {
                    #expect(error == .cancelled)
                }
            }
            try? await eventually("it runs") { isRunning(marker) }
            group.cancelAll()
        }
        #expect(!isRunning(marker))
    }

    @Test("In the sandbox there is no network and no other process")
    func sandbox() async throws {
        let output = try await functions(.sandboxed).run(
            "shell",
            ["command": "ls /proc | grep -c '^[0-9]'; echo still writes > x; cat x"],
            .call())
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
        let refused = try await functions(.sandboxed).run(
            "script", ["language": "python", "code": .string(code)], .call())
        // ENETUNREACH: with a network it would be a time-out.
        #expect(refused == "101\n")
    }

    /// Whether a process has the marker in its command line.
    private func isRunning(_ marker: String) -> Bool {
        guard let folder = opendir("/proc") else { return false }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard Int(name) != nil, let file = fopen("/proc/\(name)/cmdline", "r") else { continue }
            defer { fclose(file) }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = fread(&bytes, 1, bytes.count, file)
            if String(decoding: bytes[..<count], as: UTF8.self).contains(marker) { return true }
        }
        return false
    }
}
