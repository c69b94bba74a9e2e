import Core
import Glibc
import HTTP
import Synchronization
import TestKit
import Testing

@testable import Functions

@Suite("Scripts and shell commands", .timeLimit(.minutes(5)))
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
                    "echo \"$(cat) $1 $2 $WHO\"; env | cut -d= -f1 | sort | tr '\\n' ' '; echo; "
                        + "ls -l /proc/self/fd | grep -c test-open; pwd; exit 3"),
                "stdin": "hello", "arguments": ["a b", 2], "environment": ["WHO": "ann"], "return": "all",
            ], .call())
        let lines = try #require(output["stdout"]?.string).split(separator: "\n")
        try #require(lines.count == 4)
        #expect(lines[0] == "hello a b 2 ann")
        // PWD, OLDPWD, SHLVL and _ are the shell's own.
        let variables = Set(lines[1].split(separator: " ")).subtracting(["PWD", "OLDPWD", "SHLVL", "_"])
        #expect(variables == ["HOME", "LANG", "PATH", "TMPDIR", "WHO"])
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

    @Test("A script from elsewhere is fetched with its authentication, then run")
    func sources() async throws {
        try await withOutside({ request, _ in
            guard request.headers["authorization"] == "Bearer t" else { return HTTPResponse(status: 403) }
            switch request.path {
            case "/long": return HTTPResponse(status: 200, body: .bytes([UInt8](repeating: 35, count: 2 << 20)))
            case "/bytes": return HTTPResponse(status: 200, body: .bytes([0xff, 0xfe]))
            default: return HTTPResponse(status: 200, body: .bytes(Array("import sys\nprint(sys.argv[1])".utf8)))
            }
        }) { (url, asked) async throws in
            func script(_ path: String, token: String = "t") -> JSON {
                [
                    "language": "python", "arguments": ["hello"],
                    "source": [
                        "endpoint": [
                            "uri": .string(url + path), "authentication": ["bearer": ["token": .string(token)]],
                        ]
                    ],
                ]
            }
            #expect(try await functions().run("script", script("/a.py"), .call()) == "hello\n")
            let refused = await faulted { _ = try await functions().run("script", script("/", token: "x"), .call()) }
            #expect(refused?.type == Fault.Standard.communication.type && refused?.status == 403)
            let long = await faulted { _ = try await functions().run("script", script("/long"), .call()) }
            #expect(long?.type == Fault.Standard.communication.type)
            let bytes = await faulted { _ = try await functions().run("script", script("/bytes"), .call()) }
            #expect(bytes?.detail == "FN0004: the script is no text")
            // Nothing is fetched where nothing may run.
            let count = asked.all.count
            let off = await faulted { _ = try await table().run("script", script("/a.py"), .call()) }
            #expect(off?.type == Fault.Standard.configuration.type && asked.all.count == count)
        }
    }
}
