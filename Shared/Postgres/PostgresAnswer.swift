import Synchronization

/// What a statement gives that goes to the server with a later one.
public final class PostgresAnswer: Sendable {
    private let result = Mutex<PostgresResult?>(nil)

    init() {}

    func note(_ result: PostgresResult) { self.result.withLock { $0 = result } }

    /// Its rows; nil before it has been run.
    var rows: [PostgresRow]? {
        result.withLock { $0 }.map { result in
            (0..<result.count).map { PostgresRow(result: result, index: Int32($0)) }
        }
    }
}
