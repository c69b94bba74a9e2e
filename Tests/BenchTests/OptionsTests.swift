import Testing

@testable import cadenza_bench

@Suite struct OptionsTests {
    @Test func `arguments are read, and what is not given has its default`() throws {
        let options = try #require(try Options(["--executions", "7", "--json", "--run", "x"]))
        #expect(options.executions == 7)
        #expect(options.alone == 100)
        #expect(options.printsJSON)
        #expect(options.run == "x")
        let none = try Options(["--help"])
        #expect(none == nil)
    }

    @Test(arguments: [["--executions"], ["--executions", "0"], ["--executions", "many"], ["--speed"]])
    func `what cannot be read is refused`(arguments: [String]) {
        #expect(throws: BenchError.self) { try Options(arguments) }
    }
}
