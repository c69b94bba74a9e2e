import Core
import FoundationEssentials
import HTTP

/// Has the documents that a definition refers to: over HTTP, or from files in the definition's folder.
struct DocumentFetcher {
    /// Why a document cannot be had.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// A larger document is refused, in bytes.
    static let largest = 1 << 20
    private static let mostRedirects = 5

    /// The folder that `file:` is about.
    let folder: String
    let client: HTTPClient
    let clock: any WallClock
    /// How long one may take, redirects and all.
    var time = Duration.seconds(20)

    /// The bytes at `url`. Cancelling breaks the transfer off.
    func fetch(_ url: String) async throws(Failure) -> [UInt8] {
        if url.hasPrefix("file:") { return try file(url) }
        let end = clock.now() + time
        var (at, seen) = (url, [url])
        while true {
            let response = try await answer(at, within: end - clock.now())
            if response.isSuccess { return response.body }
            guard [301, 302, 303, 307, 308].contains(response.status), let target = response.headers["location"] else {
                throw Failure(description: "it answers by \(response.status)")
            }
            guard let next = HTTPLocation.resolve(target, against: at), let location = HTTPLocation(next),
                location.scheme == "https" || HTTPLocation(at)?.scheme == "http"
            else { throw Failure(description: "it redirects to where nothing is fetched from") }
            guard !seen.contains(next), seen.count <= Self.mostRedirects else {
                throw Failure(description: "it redirects without an end")
            }
            seen.append(next)
            at = next
        }
    }

    private func answer(_ url: String, within time: Duration) async throws(Failure) -> HTTPClientResponse {
        guard time > .zero else { throw Failure(description: "it takes longer than \(self.time.iso8601)") }
        var request = HTTPClientRequest(url: url, timeout: time, maxResponseBytes: Self.largest)
        request.headers["accept"] = "application/yaml, application/json;q=0.9, */*;q=0.5"
        do {
            return try await client.send(request)
        } catch {
            let isLarge = error.kind == .responseTooLarge
            throw Failure(description: isLarge ? "it is larger than \(Self.largest) bytes" : error.description)
        }
    }

    private func file(_ url: String) throws(Failure) -> [UInt8] {
        let path = url.hasPrefix("file://") ? url.dropFirst(7) : url.dropFirst(5)
        let root = URL(filePath: folder, directoryHint: .isDirectory).resolvingSymlinksInPath().path
        let file = URL(filePath: String(path), relativeTo: URL(filePath: root, directoryHint: .isDirectory))
            .standardizedFileURL.resolvingSymlinksInPath().path
        guard file.hasPrefix(root == "/" ? root : root + "/") else {
            throw Failure(description: "it is not in the definition's folder")
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Failure(description: "it cannot be read")
        }
        guard data.count <= Self.largest else {
            throw Failure(description: "it is larger than \(Self.largest) bytes")
        }
        return Array(data)
    }
}
