import Configuration
import Core
import Glibc
import Lifecycle
import Postgres
import Synchronization
import TestKit
import Testing

@testable import ServiceKit

/// What a program printed.
private final class Output: Sendable {
    private let text = Mutex("")
    var all: String { text.withLock { $0 } }
    func append(_ line: String) { text.withLock { $0 += line + "\n" } }
}

private let complete = [
    "CADENZA_POSTGRES_URL": "postgres://nobody:hunter2@127.0.0.1:1/x", "CADENZA_OBJECTS": "file:///tmp/cadenza-objects",
]

@Suite("A service as a program", .timeLimit(.minutes(5)))
struct ServiceProgramTests {
    private let output = Output()

    private var program: ServiceProgram {
        var program = ServiceProgram(
            name: "demo", summary: "shows", schema: "demo", migrations: [], topics: [], adminPort: 18_999)
        program.print = { [output] text, _ in output.append(text) }
        program.signals = []
        return program
    }

    private func run(_ arguments: [String], _ environment: [String: String]) async -> Int32 {
        await program.run(arguments: arguments, environment: environment) { reader in
            reader.int("CADENZA_DEMO_LIMIT", in: 1...9, default: 3, help: "How many.")
        } services: { _, _ in
            []
        }
    }

    @Test("All faults of a configuration are listed at once with exit code 78, secrets left out")
    func faults() async {
        let code = await run(
            [],
            [
                "CADENZA_POSTGRES_URL": "mysql://root:hunter2@h/x", "CADENZA_DEMO_LIMIT": "12",
                "CADENZA_ADMIN_LISTEN": "nowhere", "CADENZA_REDIS_URL": "http://x",
            ])
        #expect(code == 78)
        #expect(
            output.all == """
                demo: SK0001 the configuration has faults
                  CADENZA_OBJECTS: is missing; expected text
                  CADENZA_ADMIN_LISTEN: "nowhere" is not host:port
                  CADENZA_POSTGRES_URL: its value does not begin with postgres://
                  CADENZA_REDIS_URL: expected redis://host:port/database
                  CADENZA_DEMO_LIMIT: "12" is not a whole number, 1 to 9
                demo --help explains the settings.

                """)
    }

    @Test("Help names every setting, also the service's own, and ends with 0")
    func help() async {
        #expect(await run(["--help"], [:]) == 0)
        #expect(output.all.contains("CADENZA_POSTGRES_URL  (secret; required)"))
        #expect(output.all.contains("CADENZA_ADMIN_LISTEN  (host:port; default 127.0.0.1:18999)"))
        #expect(output.all.contains("CADENZA_DEMO_LIMIT  (number, 1 to 9; default 3)\n      How many."))
    }

    @Test("A check reads the configuration and starts nothing; other arguments are refused")
    func arguments() async {
        #expect(await run(["--check"], complete) == 0)
        #expect(await run(["--check"], [:]) == 78)
        #expect(await run(["serve"], complete) == 64)
    }

    @Test("A configuration file that cannot be read is a fault like others")
    func missingFile() async {
        #expect(await run(["--check"], complete.merging(["CADENZA_CONFIG_FILE": "/nowhere.json"]) { $1 }) == 78)
        #expect(output.all.contains("CADENZA_CONFIG_FILE: /nowhere.json cannot be read"))
    }
}
