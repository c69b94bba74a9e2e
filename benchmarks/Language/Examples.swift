import FoundationEssentials
import Workflow

/// The largest of the specification's examples.
struct Examples {
    let name: String
    let bytes: [UInt8]

    init(folder: String) throws {
        var found: (String, [UInt8])?
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names.sorted() where name.hasSuffix(".yaml") {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
            // What does not decode is no measure of decoding.
            guard bytes.count > found?.1.count ?? 0, (try? CompiledDefinition(parsing: bytes)) != nil else { continue }
            found = (name, bytes)
        }
        guard let found else { throw BenchmarkError("no example of the specification decodes: \(folder)") }
        (name, bytes) = found
    }

    func decode(_ times: Int) {
        for _ in 0..<times { _ = try? CompiledDefinition(parsing: bytes) }
    }
}
