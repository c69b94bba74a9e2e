import Foundation

/// The repository's files, read once.
struct Tree: Sendable {
    struct File: Sendable {
        /// Relative to the root, such as `Shared/Core/JSON.swift`.
        let path: String
        let lines: [Substring]
        var name: Substring { path.split(separator: "/").last ?? "" }
        var folders: [Substring] { path.split(separator: "/").dropLast() }
        var isTest: Bool { path.hasPrefix("Tests/") }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let repository = Tree()

    let files: [File]
    var swift: [File] { files.filter { $0.path.hasSuffix(".swift") } }
    var sources: [File] { swift.filter { !$0.isTest && $0.path != "Package.swift" } }

    init() {
        let skipped: Set<Substring> = [".build", ".run", ".git", "__pycache__", ".swiftpm"]
        let kinds = ["swift", "md", "sql", "proto", "yaml", "py", "txt"]
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: Self.root)) ?? []
        files = paths.sorted().compactMap { path in
            let parts = path.split(separator: "/")
            guard !parts.contains(where: skipped.contains), kinds.contains(where: { path.hasSuffix(".\($0)") }),
                let text = try? String(contentsOfFile: "\(Self.root)/\(path)", encoding: .utf8)
            else { return nil }
            return File(path: path, lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        }
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(Self.root)/\(path)") }

    /// The names in a folder.
    func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/\(folder)")) ?? []).sorted()
    }
}

extension Tree.File {
    /// The modules that the file imports.
    var imports: [Substring] {
        lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let at = words.firstIndex(of: "import"), at <= 2, words.count > at + 1,
                words[..<at].allSatisfy({ ["public", "internal", "private", "package", "@testable"].contains($0) })
            else { return nil }
            return words[at + 1].split(separator: ".").first
        }
    }

    /// Lines of code with their numbers: without those that are comment only.
    var code: [(number: Int, text: Substring)] {
        lines.enumerated().compactMap { index, line in
            line.drop { $0 == " " }.hasPrefix("//") ? nil : (index + 1, line)
        }
    }
}
