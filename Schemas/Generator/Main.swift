import Glibc
import ProtoWire

/// A protoc plugin: reads a CodeGeneratorRequest from standard input and answers with a CodeGeneratorResponse.
@main
enum Main {
    static func main() {
        do {
            let request = try PluginRequest(protoBytes: readAll())
            writeAll(PluginResponse.answer(to: request).protoBytes(), to: 1)
        } catch {
            writeAll(Array("protoc-gen-cadenza: the request cannot be read: \(error)\n".utf8), to: 2)
            exit(1)
        }
    }

    private static func readAll() -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(0, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count > 0 { bytes += buffer[..<count] }
            if count < 0, errno != EINTR { return bytes }
        }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { exit(1) }
            rest = rest.dropFirst(max(0, count))
        }
    }
}
