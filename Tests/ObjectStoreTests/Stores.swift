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

/// rclone serving S3 with signatures enforced; gives the URL of a bucket. `CADENZA_RCLONE` names the program where it
/// is not on the path.
func withS3Server(_ body: (String) async throws -> Void) async throws {
    try await withFolder { folder in
        mkdir(folder + "/bucket", 0o755)
        // Another process may take the port before rclone does; then it ends, and the next one is tried.
        for _ in 0..<5 {
            let port = try freePort()
            let process = try start(serving: folder, at: port)
            defer { process.stop() }
            guard await answers(port) else { continue }
            return try await body("s3://bucket?endpoint=http://127.0.0.1:\(port)&region=eu-test-1")
        }
        throw TestFailure("rclone does not answer")
    }
}

private func start(serving folder: String, at port: Int) throws -> TestProcess {
    try TestProcess.server(
        program(),
        [
            "serve", "s3", folder, "--addr", "127.0.0.1:\(port)", "--auth-key", "access,secret", "--config",
            "/dev/null", "--vfs-cache-mode", "off",
        ], log: folder + "/log"
    ).process
}

private func answers(_ port: Int) async -> Bool {
    let client = HTTPClient()
    let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/", timeout: .seconds(2))
    let isThere: Void? = try? await eventually { (try? await client.send(request)) != nil }
    return isThere != nil
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
    for candidate in path + [PythonTools.folder + "/bin/rclone"] where access(candidate, X_OK) == 0 { return candidate }
    throw TestFailure("rclone is not installed: run docker/local/install --tests")
}

private func remove(_ path: String) {
    if let children = try? names(in: path) {
        for child in children { remove(path + "/" + child) }
        rmdir(path)
    } else {
        unlink(path)
    }
}
