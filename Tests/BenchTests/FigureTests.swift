import Testing

@testable import cadenza_bench

@Suite struct FigureTests {
    @Test(arguments: [
        (0.0, "0.000"), (0.0421, "0.042"), (1.005, "1.00"), (9.999, "10.00"), (12.34, "12.3"), (999.6, "1,000"),
        (1_234_567, "1,234,567"), (-0.5, "-0.500"),
    ])
    func `numbers keep three digits or so`(value: Double, text: String) {
        #expect(Figure.text(value) == text)
    }

    @Test func `what has no number shows none`() {
        #expect(Figure.text(.infinity) == "–")
        #expect(Figure.text(.nan) == "–")
    }
}
