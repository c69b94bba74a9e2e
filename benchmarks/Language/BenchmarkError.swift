/// A benchmark that cannot run or whose sides do not do the same.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
