import FoundationEssentials

/// Files of the kernel, which come and go.
enum ProcFile {
    /// The whole text; empty when the file is not there.
    static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    /// The names in a folder; none when it is not there.
    static func names(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }
}
