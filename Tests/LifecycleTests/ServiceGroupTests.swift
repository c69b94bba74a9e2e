import Glibc
import Synchronization
import Testing

@testable import Lifecycle

/// What the members of a test group did, in order.
private final class Record: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func note(_ line: String) { lines.withLock { $0.append(line) } }
}

private struct Failure: Error, Equatable {}

/// Runs until asked to stop; notes both ends.
private struct Waiting: Service {
    let name: String
    let record: Record
    let ready: Shutdown

    init(_ name: String, _ record: Record, ready: Shutdown = Shutdown()) {
        (self.name, self.record, self.ready) = (name, record, ready)
    }

    func run(_ shutdown: Shutdown) async throws {
        ready.request()
        await shutdown.wait()
        record.note("\(name) \(Task.isCancelled ? "cancelled" : "drained")")
    }
}

/// Ignores the request to stop; only cancelling ends it.
private struct Stubborn: Service {
    let record: Record

    func run(_ shutdown: Shutdown) async throws {
        await Shutdown().wait()
        record.note("stubborn cancelled")
        throw CancellationError()
    }
}

/// Throws once `gate` opens.
private struct Failing: Service {
    let gate: Shutdown

    func run(_ shutdown: Shutdown) async throws {
        await gate.wait()
        throw Failure()
    }
}

/// Sends this process a signal once `gate` opens, then returns.
private struct Signalling: Service {
    let signal: Int32
    let gate: Shutdown

    func run(_ shutdown: Shutdown) async throws {
        await gate.wait()
        kill(getpid(), signal)
    }
}

@Suite("A group of services", .serialized, .timeLimit(.minutes(5)))
struct ServiceGroupTests {
    private let record = Record()
    private let ready = Shutdown()

    @Test("A signal drains the members in reverse and run returns")
    func drainsOnSignal() async throws {
        let group = ServiceGroup(
            [
                .init("a", Waiting("a", record)), .init("b", Waiting("b", record, ready: ready)),
                .init("signal", Signalling(signal: SIGUSR1, gate: ready), mayFinish: true),
            ], grace: .seconds(30), signals: [SIGUSR1])
        try await group.run()
        #expect(record.all == ["b drained", "a drained"])
    }

    @Test("The first failure drains the others and is rethrown")
    func rethrowsFailure() async throws {
        let group = ServiceGroup(
            [.init("a", Waiting("a", record, ready: ready)), .init("f", Failing(gate: ready))], grace: .seconds(30),
            signals: [])
        await #expect(throws: Failure()) { try await group.run() }
        #expect(record.all == ["a drained"])
    }

    @Test("When the grace time has passed, what still runs is cancelled and named")
    func cancelsAfterGrace() async throws {
        let events = Record()
        let group = ServiceGroup(
            [.init("stubborn", Stubborn(record: record)), .init("f", Failing(gate: ready))],
            grace: .milliseconds(20), signals: []
        ) { if case .cancelling(let names) = $0 { events.note(names.joined()) } }
        ready.request()
        await #expect(throws: Failure()) { try await group.run() }
        #expect(record.all == ["stubborn cancelled"])
        #expect(events.all == ["stubborn"])
    }

    @Test("A second signal cancels, and run says that the drain was cut short")
    func secondSignalCancels() async throws {
        let twice = Signalling(signal: SIGUSR2, gate: ready)
        let group = ServiceGroup(
            [
                .init("stubborn", Stubborn(record: record)), .init("one", twice, mayFinish: true),
            ], grace: .seconds(60), signals: [SIGUSR2]
        ) { if case .stopping = $0 { kill(getpid(), SIGUSR2) } }
        ready.request()
        let error = await #expect(throws: ServiceGroupError.self) { try await group.run() }
        // The one that signals may not have returned yet when its second signal arrives.
        #expect(error?.code == .drainCutShort && error?.members.first == "stubborn")
        #expect(record.all == ["stubborn cancelled"])
    }

    @Test("A member that returns unasked is a failure that names it")
    func unaskedEnd() async throws {
        ready.request()
        let group = ServiceGroup(
            [.init("a", Waiting("a", record)), .init("quits", Signalling(signal: 0, gate: ready))], grace: .seconds(30),
            signals: [])
        await #expect(throws: ServiceGroupError(code: .endedUnasked, members: ["quits"])) { try await group.run() }
        #expect(record.all == ["a drained"])
    }

    @Test("Cancelling the group's task cancels all members")
    func outerCancel() async throws {
        let group = ServiceGroup([.init("a", Waiting("a", record, ready: ready))], grace: .seconds(30), signals: [])
        let ready = ready
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try? await group.run() }
            await ready.wait()
            tasks.cancelAll()
        }
        #expect(record.all == ["a cancelled"])
    }

    @Test("A group within a group drains with it")
    func nested() async throws {
        let inner = ServiceGroup(
            [.init("a", Waiting("a", record)), .init("b", Waiting("b", record, ready: ready))], grace: .seconds(30),
            signals: [])
        let outer = ServiceGroup(
            [
                .init("first", Waiting("first", record)), .init("inner", inner),
                .init("signal", Signalling(signal: SIGUSR1, gate: ready), mayFinish: true),
            ], grace: .seconds(30), signals: [SIGUSR1])
        try await outer.run()
        #expect(record.all == ["b drained", "a drained", "first drained"])
    }
}
