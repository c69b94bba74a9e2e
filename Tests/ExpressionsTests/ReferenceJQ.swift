import Core
import Glibc

/// jq itself, as a child process, for many programs at once.
struct ReferenceJQ {
    enum Outcome {
        case results(JSON)
        /// jq ended itself on an assertion.
        case aborted
    }

    struct Failure: Error { let reason: String }

    /// What each program gives for its document. All are compiled as one program, so that a process serves hundreds.
    static func outcomes(_ tasks: [(program: String, document: String)]) throws -> [Outcome] {
        var outcomes: [Outcome] = []
        while outcomes.count < tasks.count {
            let left = Array(tasks[outcomes.count...])
            let lines = try run(left)
            for line in lines.prefix(left.count) { outcomes.append(.results(try JSON(parsing: line))) }
            // What comes after the last line ended the process.
            if lines.count < left.count { outcomes.append(.aborted) }
        }
        return outcomes
    }

    private static func run(_ tasks: [(program: String, document: String)]) throws -> [String] {
        var template = Array("/tmp/cadenza-jq-XXXXXX\0".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(reason: "no temporary folder") }
        let folder = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer {
            for name in ["program", "documents", "errors"] { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        let programs = tasks.enumerated().map { "(.[\($0)] | \(wrapped($1.program)))" }
        try write(programs.joined(separator: ",\n"), to: "\(folder)/program")
        try write("[" + tasks.map(\.document).joined(separator: ",\n") + "]", to: "\(folder)/documents")
        let command = "ulimit -t 20; TZ=UTC jq -c -f \(folder)/program \(folder)/documents 2> \(folder)/errors"
        guard let pipe = popen(command, "r") else { throw Failure(reason: "jq does not start") }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { bytes += buffer[..<count] }
        let status = pclose(pipe)
        let code = (status >> 8) & 255
        if code == 127 || code == 3 || code == 2 {
            let errors = (try? read("\(folder)/errors")) ?? ""
            throw Failure(reason: code == 127 ? "jq is not installed" : "jq refuses: \(errors.prefix(600))")
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// All results, then whether there was an error.
    static func wrapped(_ program: String) -> String { "[try ([\(program)] | {ok: .}) catch {error: 1}]" }

    private static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw Failure(reason: "\(path) cannot be written") }
        fputs(text, file)
        fclose(file)
    }

    private static func read(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw Failure(reason: "\(path) cannot be read") }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}
