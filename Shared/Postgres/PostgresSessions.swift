import Lifecycle

/// Where a pool's connections run and how they open sessions. Other than libpq's only in simulations.
package struct PostgresSessions: Sendable {
    /// What each connection of the pool runs on.
    let makeExecutor: @Sendable () -> any SerialExecutor
    /// Ends an executor whose connection is gone.
    let stop: @Sendable (any SerialExecutor) -> Void
    /// Opens a session; called on the connection's executor.
    package let open: @Sendable (PostgresConfiguration) throws(PostgresError) -> any PostgresSession
    /// Waited for before each statement: where a simulation lets time pass and others go first.
    let pause: (@Sendable () async -> Void)?

    /// Sessions that `open` gives, all on one `executor`.
    package init(
        on executor: any SerialExecutor, pause: (@Sendable () async -> Void)? = nil,
        open: @escaping @Sendable (PostgresConfiguration) throws(PostgresError) -> any PostgresSession
    ) {
        (makeExecutor, stop) = ({ executor }, { _ in })
        (self.open, self.pause) = (open, pause)
    }

    private init() {
        makeExecutor = { ThreadExecutor(name: "postgres") }
        stop = { ($0 as? ThreadExecutor)?.stop() }
        open = { configuration throws(PostgresError) in try PostgresLink(configuration) }
        pause = nil
    }

    /// libpq's, each on a thread of its own, since it blocks.
    package static let libpq = PostgresSessions()
}
