import Testing

@Suite struct SizeTests {
    @Test func `no source file is longer than 400 lines and no test file longer than 600`() {
        let long = Tree.repository.swift.filter { $0.lines.count > ($0.isTest ? 600 : 400) + 1 }
        #expect(long.map { "\($0.path): \($0.lines.count) lines" } == [])
    }

    /// SQL in a store keeps lines of its own, which no formatter breaks.
    @Test func `no line is wider than 120 columns`() {
        var wide: [String] = []
        for file in Tree.repository.swift {
            let limit = file.folders.contains("Store") ? 130 : 120
            if Allowed.list.contains("wide", file.path) { continue }
            for (index, line) in file.lines.enumerated() where line.utf8.count > limit && line.count > limit {
                wide.append("\(file.path):\(index + 1)")
            }
        }
        #expect(wide == [])
    }

    @Test func `no function is longer than 60 lines`() {
        var long: [String] = []
        for file in Tree.repository.swift where !file.isTest && file.path != "Package.swift" {
            for function in file.functions where function.length > 60 && !Allowed.list.contains("long", file.path) {
                long.append("\(file.path):\(function.line): \(function.length) lines")
            }
        }
        #expect(long == [])
    }

    @Test func `no file or folder is called utils, helpers, manager or common`() {
        let banned = ["util", "helper", "manager", "common", "misc"]
        let named = Tree.repository.files.map(\.path).filter { path in
            words(of: path).contains { word in banned.contains { word == $0 || word == $0 + "s" } }
        }
        #expect(named == [])
    }

    private func words(of path: String) -> [String] {
        var words: [String] = []
        var word = ""
        for character in path {
            if character.isUppercase || !character.isLetter {
                words.append(word)
                word = ""
            }
            if character.isLetter { word += character.lowercased() }
        }
        return words + [word]
    }
}

extension Tree.File {
    /// Functions and initialisers with a body, found by indentation, which the formatter keeps right.
    var functions: [(line: Int, length: Int)] {
        var found: [(Int, Int)] = []
        for (index, line) in lines.enumerated() {
            let indent = line.prefix { $0 == " " }
            let text = line.dropFirst(indent.count)
            guard !text.hasPrefix("//"), text.contains("func ") || text.contains("init("),
                text.hasSuffix("{") || text.hasSuffix("("),
                text.split(separator: " ").prefix(5).contains(where: { $0 == "func" || $0.hasPrefix("init(") })
            else { continue }
            let end = lines[(index + 1)...].firstIndex {
                $0.hasPrefix(indent + "}") && !$0.dropFirst(indent.count).isEmpty
            }
            if let end { found.append((index + 1, end - index + 1)) }
        }
        return found
    }
}
