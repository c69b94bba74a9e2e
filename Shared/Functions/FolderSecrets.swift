import Glibc

/// Secrets in files of a folder, as Docker and Kubernetes mount them: the file's name is the secret's. Read anew each
/// time, so that a rotated secret counts at once. A line end at the end of the file is dropped.
public struct FolderSecrets: SecretSource {
    /// A larger file is no secret.
    static let largest = 64 << 10

    private let folder: String

    /// Over a folder.
    public init(_ folder: String) { self.folder = folder }

    /// The file's text; nil when there is no such file, or when it is too large.
    public func secret(_ name: String) async throws -> String? {
        let isPlain = name.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains(byte)
        }
        guard isPlain, !name.hasPrefix("."), !name.isEmpty, let file = fopen("\(folder)/\(name)", "re") else {
            return nil
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: Self.largest + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        guard count <= Self.largest, var text = String(validating: bytes[..<count], as: UTF8.self) else { return nil }
        if text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
