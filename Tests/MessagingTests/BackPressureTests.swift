import Testing

@testable import Messaging

@Suite struct BackPressureTests {
    @Test func partitionsArePausedOnceAndResumedOnce() {
        var pressure = BackPressure()
        let steps = [false, true, true, false, false].map { pressure.step(isCongested: $0) }
        #expect(steps == [nil, .pause, nil, .resume, nil])
    }

    @Test(arguments: [false, true]) func afterAChangeOfPartitionsAllAreToldAnew(isCongested: Bool) {
        var pressure = BackPressure()
        _ = pressure.step(isCongested: true)
        // The congestion ended while partitions went, and came back paused.
        pressure.partitionsChanged()
        #expect(pressure.step(isCongested: isCongested) == (isCongested ? .pause : .resume))
        #expect(pressure.step(isCongested: isCongested) == nil)
    }
}
