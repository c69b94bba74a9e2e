import Core
import Foundation
import JSONSchema

/// The public test suite of draft 2020-12.
enum PublicSuite {
    struct Group {
        var description: String
        var schema: JSON
        var tests: [(description: String, data: JSON, isValid: Bool)]
    }

    private static let folder =
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Suite").path

    static func json(_ path: String) throws -> JSON {
        try JSON(parsing: Array(try Data(contentsOf: URL(filePath: "\(folder)/\(path)"))))
    }

    private static func paths(below folder: String) -> [String] {
        let found = (try? FileManager.default.subpathsOfDirectory(atPath: "\(Self.folder)/\(folder)")) ?? []
        return found.filter { !FileManager.default.isFolder("\(Self.folder)/\(folder)/\($0)") }.sorted()
    }

    static let required = paths(below: "tests").filter { !$0.hasPrefix("optional") }
    static let optional = paths(below: "tests").filter { $0.hasPrefix("optional") }

    static func groups(_ path: String) throws -> [Group] {
        (try json("tests/\(path)").array ?? []).map { group in
            let tests = (group["tests"]?.array ?? []).map { test in
                (test["description"]?.string ?? "", test["data"] ?? .null, test["valid"] == true)
            }
            return Group(
                description: group["description"]?.string ?? "", schema: group["schema"] ?? .null, tests: tests)
        }
    }

    /// What schemas of the suite refer to.
    static let documents: [String: JSON] = {
        var documents: [String: JSON] = [:]
        for path in paths(below: "remotes") {
            documents["http://localhost:1234/\(path)"] = try? json("remotes/\(path)")
        }
        for path in paths(below: "meta") {
            let name = path == "schema.json" ? "schema" : "meta/\(path)"
            documents["https://json-schema.org/draft/2020-12/\(name)"] = try? json("meta/\(path)")
        }
        return documents
    }()
}

extension FileManager {
    fileprivate func isFolder(_ path: String) -> Bool {
        var isFolder = ObjCBool(false)
        return fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
