import Core
import FoundationEssentials
import HTTP

/// Has the documents that a definition refers to: over HTTP, or from files in the definition's folder.
struct DocumentFetcher {
    /// Why a document cannot be had.
    struct Failure: Error, CustomStringConvertible {
        var description: String
        var hint: String?
    }

    /// A larger document is refused, in bytes.
    static let largest = 1 << 20
    private static let mostRedirects = 5

    /// The folder that `file:` is about.
    let folder: String
    let client: HTTPClient
    let clock: any WallClock
    /// Where documents from the network may have others from, beside their own host.
    let hosts: EgressRules
    /// How long one may take, redirects and all.
    var time = Duration.seconds(20)

    /// The bytes at `url`, which the document at `asker` refers to, or the definition's author when that is nil.
    /// Cancelling breaks the transfer off.
    func fetch(_ url: String, for asker: String? = nil) async throws(Failure) -> [UInt8] {
        if url.hasPrefix("file:") { return try file(url) }
        try check(url, asker)
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
            try check(next, asker)
            seen.append(next)
            at = next
        }
    }

    /// Who writes a document somewhere must not choose what else is asked from here, where more can be reached than
    /// from there.
    private func check(_ url: String, _ asker: String?) throws(Failure) {
        guard let asker else { return }
        guard let location = HTTPLocation(url),
            location.authority == HTTPLocation(asker)?.authority || hosts.allows(location)
        else {
            let host = HTTPLocation(url)?.host ?? "it"
            throw Failure(
                description: "\(host) is another host than that of \(asker), which refers to it",
                hint: "--allow-host \(host) fetches it all the same")
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
