import Testing

@testable import Lifecycle

@Suite("The machine that stops a group")
struct ServiceGroupMachineTests {
    @Test("A signal stops the members in reverse, each after the one before has ended")
    func stopsInReverse() {
        var machine = ServiceGroupMachine(mayFinish: [false, false, false])
        #expect(machine.signalled() == [.startDeadline, .stop(2)])
        #expect(machine.ended(2, failed: false) == [.stop(1)])
        #expect(machine.ended(1, failed: false) == [.stop(0)])
        #expect(machine.ended(0, failed: false) == [])
        #expect(machine.isFinished)
        #expect(machine.endedUnasked == nil)
    }

    @Test("A failure of one member stops the others")
    func failureStopsOthers() {
        var machine = ServiceGroupMachine(mayFinish: [false, false, false])
        #expect(machine.ended(1, failed: true) == [.startDeadline, .stop(2)])
        #expect(machine.ended(2, failed: false) == [.stop(0)])
        #expect(machine.endedUnasked == nil)
    }

    @Test("A member that ends unasked stops the group, unless it may")
    func endedUnasked() {
        var machine = ServiceGroupMachine(mayFinish: [false, true])
        #expect(machine.ended(1, failed: false) == [])
        #expect(machine.state == .running)
        #expect(machine.ended(0, failed: false) == [])
        #expect(machine.isFinished)
        #expect(machine.endedUnasked == 0)
    }

    @Test("A member that fails while another is awaited changes nothing in the order")
    func failureWhileDraining() {
        var machine = ServiceGroupMachine(mayFinish: [false, false, false])
        _ = machine.signalled()
        #expect(machine.ended(1, failed: true) == [])
        #expect(machine.ended(2, failed: false) == [.stop(0)])
    }

    @Test("A second signal and the deadline both cancel, once")
    func cancels() {
        var machine = ServiceGroupMachine(mayFinish: [false, false])
        #expect(machine.deadlinePassed() == [])
        _ = machine.signalled()
        #expect(machine.signalled() == [.cancelAll])
        #expect(machine.signalled() == [])
        #expect(machine.deadlinePassed() == [])
        #expect(machine.ended(0, failed: false) == [])
        #expect(machine.ended(1, failed: false) == [])
        #expect(machine.isFinished)
    }
}
