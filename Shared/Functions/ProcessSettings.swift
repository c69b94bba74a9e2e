/// What scripts and shell commands may do.
public struct ProcessSettings: Sendable {
    /// How much of the machine they see.
    public enum Confinement: String, Sendable, Hashable, CaseIterable {
        /// Nothing runs.
        case off
        /// No network, no other processes; with bubblewrap a read-only file system too. What cannot be confined so is
        /// not run.
        case sandboxed
        /// Whatever the worker itself may, within the limits below.
        case unconfined
    }

    /// How much of the machine they see.
    public var confinement = Confinement.off
    /// From start to end, unless the call's deadline passes before; see `FunctionContext.deadline`.
    public var time: Duration = .seconds(60)
    /// Bytes of memory for each process of a call.
    public var memory = 512 << 20
    /// Bytes of stdout and stderr together; more is an error.
    public var output = 1 << 20
    /// Bytes of the largest file that they may write.
    public var file = 64 << 20

    /// What confines; nil for the best that is installed.
    var wrapper: Sandbox.Wrapper?

    /// Nothing runs.
    public init() {}
}
