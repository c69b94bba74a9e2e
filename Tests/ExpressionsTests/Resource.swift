import FoundationEssentials

/// A file of the folder `Resources`.
func resource(_ name: String) throws -> String {
    let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    return String(decoding: try Data(contentsOf: URL(fileURLWithPath: "/\(folder)/Resources/\(name)")), as: UTF8.self)
}
