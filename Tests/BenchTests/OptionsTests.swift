import Testing

@testable import cadenza_bench

@Suite struct OptionsTests {
    @Test func `arguments are read, and what is not given has its default`() throws {
        let options = try #require(
            try Options(["--executions", "7", "--json", "f", "--run", "x", "--only", "W1a,W4"]))
        #expect(options.sizes.together == 7)
        #expect(options.sizes.alone == 100)
        #expect(options.json == "f")
        #expect(options.run == "x")
        #expect(options.only == ["W1a", "W4"])
        let none = try Options(["--help"])
        #expect(none == nil)
    }

    @Test(arguments: [
        ["--executions"], ["--executions", "0"], ["--executions", "many"], ["--speed"], ["--only", "W1"],
        ["--scale", "0"],
    ])
    func `what cannot be read is refused`(arguments: [String]) {
        #expect(throws: BenchError.self) { try Options(arguments) }
    }

    @Test func `quick is small, wherever it stands, and single sizes go before it`() throws {
        let options = try #require(try Options(["--history", "9", "--quick"]))
        var expected = Sizes.quick
        expected.history = 9
        #expect(options.sizes == expected)
    }

    @Test func `scaling changes counts, not rates, and leaves at least one of each`() throws {
        let options = try #require(try Options(["--scale", "0.001"]))
        #expect(options.sizes.pure == 10)
        #expect(options.sizes.fans == 1)
        #expect(options.sizes.rate == Sizes().rate)
        #expect(options.sizes.branches == Sizes().branches)
    }
}
