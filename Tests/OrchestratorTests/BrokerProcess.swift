import Foundation
import Glibc
import Kafka
import TestKit

/// The local broker of this test process, started at first use and gone with it; or the one that the environment names.
actor BrokerProcess {
    static let shared = BrokerProcess()

    private var process: TestProcess?
    private var known: String?

    /// Where it listens.
    func bootstrap() async throws -> String {
        if let given = getenv("CADENZA_TEST_KAFKA_BOOTSTRAP") { return String(cString: given) }
        if let known { return known }
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../").standardizedFileURL
        let program = root.appending(path: ".build/debug/local-broker").path
        guard access(program, X_OK) == 0 else { throw TestFailure("\(program) is not built") }
        let folder = NSTemporaryDirectory() + "cadenza-broker-\(getpid())"
        let address = "127.0.0.1:\(try freePort())"
        process = try TestProcess.server(
            program, ["--data", folder, "--listen", address], log: folder + ".log"
        ).process
        known = address
        return address
    }
}
