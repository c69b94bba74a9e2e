import CommandLineDomain
import Core
import FoundationEssentials
import Glibc
import Workflow

/// Files that arguments name.
enum InputFile {
    /// The bytes of a file; `-` is standard input. Throws `UsageError`.
    static func bytes(_ name: String) throws(UsageError) -> [UInt8] {
        if name == "-" { return standardInput() }
        guard let data = FileManager.default.contents(atPath: name) else {
            throw UsageError("\(name) cannot be read")
        }
        return Array(data)
    }

    /// Its text. Throws `UsageError`, also when it is no UTF-8.
    static func text(_ name: String) throws(UsageError) -> String {
        guard let text = String(validating: try bytes(name), as: UTF8.self) else {
            throw UsageError("\(name) is no text in UTF-8")
        }
        return text
    }

    /// Data of an argument: JSON or YAML, `@FILE` or `@-`. Throws `UsageError`.
    static func value(_ argument: String, _ what: String) throws(UsageError) -> JSON {
        let bytes = argument.hasPrefix("@") ? try bytes(String(argument.dropFirst())) : Array(argument.utf8)
        do {
            return try parseDefinition(bytes)
        } catch {
            throw UsageError("\(what) is neither JSON nor YAML: \(error)")
        }
    }

    /// Writes a file, or over it. Throws `UsageError`.
    static func write(_ text: String, to name: String) throws(UsageError) {
        guard FileManager.default.createFile(atPath: name, contents: Data(text.utf8)) else {
            throw UsageError("\(name) cannot be written")
        }
    }

    private static func standardInput() -> [UInt8] {
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            guard count > 0 else { return content }
            content += buffer[..<count]
        }
    }
}
