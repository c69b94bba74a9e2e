import Testing

@Suite struct BanTests {
    @Test func `nothing runs that no run() owns`() {
        expectNone("task", ["Task {", "Task.detached", "Task<", "Task(priority"], in: Tree.repository.sources)
    }

    @Test func `time comes in through the front door`() {
        expectNone("clock", ["Date()", "Date.now", "ContinuousClock().now", "SuspendingClock().now"], in: product)
    }

    @Test func `identifiers and chance come in through the front door`() {
        expectNone("chance", ["UUID()", ".random(", "SystemRandomNumberGenerator"], in: product)
    }

    @Test func `nothing sleeps`() {
        expectNone("sleep", ["Task.sleep", "usleep(", "Thread.sleep"], in: Tree.repository.swift)
    }

    @Test func `every unchecked Sendable says why`() {
        var silent: [String] = []
        for file in Tree.repository.sources {
            for (number, text) in file.code where text.contains("@unchecked Sendable") {
                let around = file.lines[max(0, number - 13)..<min(file.lines.count, number + 2)]
                if !around.contains(where: { $0.contains("Unchecked because") }) {
                    silent.append("\(file.path):\(number)")
                }
            }
        }
        #expect(silent == [])
    }

    @Test func `every exception still has its file`() {
        #expect(Allowed.list.stale == [])
    }

    /// What ships, without the kit for tests.
    private var product: [Tree.File] { Tree.repository.sources.filter { !$0.path.hasPrefix("Shared/TestKit/") } }

    private func expectNone(_ rule: String, _ banned: [String], in files: [Tree.File]) {
        var found: [String] = []
        for file in files where !file.path.hasPrefix("Tests/TidyTests/") && !Allowed.list.contains(rule, file.path) {
            for (number, text) in file.code {
                let hit = banned.contains { word in
                    guard let range = text.firstRange(of: word) else { return false }
                    guard let before = text[..<range.lowerBound].last else { return true }
                    return word.first == "." || word.first == " " || !(before.isLetter || before == ".")
                }
                if hit { found.append("\(file.path):\(number): \(text.drop { $0 == " " })") }
            }
        }
        #expect(found == [], "an exception goes to Tests/TidyTests/allowed.txt with rule '\(rule)' and its reason")
    }
}
