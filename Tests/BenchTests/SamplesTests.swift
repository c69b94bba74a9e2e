import Testing

@testable import cadenza_bench

@Suite struct SamplesTests {
    @Test func `a percentile is the smallest sample that so many do not exceed`() {
        var samples = Samples()
        for millisecond in (1...100).reversed() { samples.add(.milliseconds(millisecond)) }
        #expect(samples.milliseconds(0.5) == 50)
        #expect(samples.milliseconds(0.99) == 99)
        #expect(samples.milliseconds(0.985) == 99)
        #expect(samples.milliseconds(1) == 100)
        #expect(samples.milliseconds(0) == 1)
    }

    @Test func `one sample is every percentile, and none has none`() {
        var samples = Samples()
        #expect(samples.percentile(0.5) == nil)
        samples.add(.milliseconds(3))
        #expect(samples.milliseconds(0.01) == 3)
        #expect(samples.milliseconds(0.99) == 3)
    }
}
