import CommandLineDomain
import CommandLineTool
import Core
import Foundation
import Synchronization

/// Runs `cadenza` in this process and keeps what it says.
final class Terminal: Sendable {
    private let texts = Mutex<(out: [String], notes: [String])>(([], []))
    let environment: [String: String]
    let folder: URL

    /// Files of a test live in a folder of their own.
    init(environment: [String: String] = [:]) throws {
        self.environment = environment
        folder = FileManager.default.temporaryDirectory.appending(path: "cadenza-\(UUIDv7Source().next())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var out: String { texts.withLock { $0.out.joined(separator: "\n") } }
    var notes: String { texts.withLock { $0.notes.joined(separator: "\n") } }
    /// What was printed, as JSON.
    var json: JSON? { try? JSON(parsing: out) }

    /// Writes a file and gives its path.
    func file(_ name: String, _ text: String) throws -> String {
        let url = folder.appending(path: name)
        try text.write(to: url, atomically: true, encoding: .utf8)
        return url.path
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    @discardableResult
    func run(_ arguments: String...) async -> ExitStatus {
        texts.withLock { $0 = ([], []) }
        let console = Console(
            print: { text in self.texts.withLock { $0.out.append(text) } },
            note: { text in self.texts.withLock { $0.notes.append(text) } }, environment: environment)
        return await Cadenza.run(arguments, console)
    }

    static let greeting = """
        document: { dsl: '1.0.3', namespace: test, name: greeting, version: '1.0.0' }
        do:
          - pause: { wait: PT1H }
          - ask: { call: http, with: { method: get, endpoint: 'https://x.example/{name}' } }
          - greet: { set: { text: '${ "Hello \\(.name)" }' } }
        """
    static let stubs = "[ { task: ask, output: { name: '${ .endpoint | split(\"/\") | last }' } } ]"
}
