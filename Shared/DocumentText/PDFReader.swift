import Glibc
import Lifecycle

/// Runs `pdftotext` in a child process of bounded memory, processor time and output: a hostile file can end only that.
actor PDFReader {
    private let executor = ThreadExecutor(name: "document-text")
    private let limits: DocumentText.Limits

    init(limits: DocumentText.Limits) { self.limits = limits }

    deinit { executor.stop() }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The text of a PDF. Blocks this actor's own thread while the child runs.
    func text(of bytes: [UInt8]) throws(DocumentTextError) -> String {
        let input = try TemporaryFile(bytes)
        defer { input.remove() }
        let child = try ChildProcess(
            [
                "/usr/bin/prlimit", "--as=\(limits.memory)", "--cpu=\(limits.time.components.seconds + 1)", "--core=0",
                "/usr/bin/pdftotext", "-enc", "UTF-8", "-layout", "-q", input.path, "-",
            ])
        let (output, status) = try child.output(limit: limits.text, time: limits.time)
        switch status {
        case 0: break
        case 127: throw DocumentTextError(.readerUnavailable, "pdftotext is missing; install poppler-utils")
        default:
            throw DocumentTextError(.unreadable, "the PDF is damaged, encrypted or no PDF (pdftotext said \(status))")
        }
        guard let text = String(validating: output, as: UTF8.self) else {
            throw DocumentTextError(.unreadable, "the PDF's text is not valid UTF-8")
        }
        return text
    }
}

/// A file that only this process reads, gone after use.
private struct TemporaryFile {
    let path: String

    init(_ bytes: [UInt8]) throws(DocumentTextError) {
        var template = Array("/tmp/cadenza-document-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw DocumentTextError(.readerUnavailable, "no temporary file: errno \(errno)") }
        defer { close(file) }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(file, $0.baseAddress! + written, bytes.count - written) }
            guard count > 0 else {
                unlink(path)
                throw DocumentTextError(.readerUnavailable, "the temporary file cannot be written: errno \(errno)")
            }
            written += count
        }
    }

    func remove() { unlink(path) }
}
