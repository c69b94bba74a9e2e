import Testing

@testable import LocalBroker

@Suite struct FilePoolTests {
    @Test func `what was not used for longest is closed first, and what somebody holds stays`() throws {
        try withFolder { folder in
            let pool = FilePool(capacity: 3)
            func use(_ names: String...) throws { for name in names { _ = try pool.file("\(folder)/\(name)") } }
            weak let first = try pool.file("\(folder)/a")
            try use("b", "c", "a")
            #expect(pool.count == 3 && first != nil)
            weak let second = try pool.file("\(folder)/b")
            try use("a", "d")
            #expect(pool.count == 3 && first != nil && second != nil)
            try use("e", "f")
            #expect(pool.count == 3 && second == nil)
            let held = try pool.file("\(folder)/g")
            try use("h", "i", "j", "k")
            #expect(pool.count == 3)
            #expect(try pool.file("\(folder)/g") === held)
            pool.forget("\(folder)/g")
            #expect(pool.count == 2)
        }
    }

    @Test func `more than there is room for are open while all are held`() throws {
        try withFolder { folder in
            let pool = FilePool(capacity: 2)
            func hold() throws {
                let files = try (0..<5).map { try pool.file("\(folder)/\($0)") }
                withExtendedLifetime(files) { #expect(pool.count == 5) }
            }
            try hold()
            _ = try pool.file("\(folder)/5")
            #expect(pool.count == 2)
        }
    }
}
