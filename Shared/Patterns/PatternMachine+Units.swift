extension PatternMachine {
    private func matches(_ unit: PatternProgram.Unit, _ value: UInt32) -> Bool {
        switch unit {
        case .scalar(let wanted): value == wanted
        case .folded(let wanted): value == wanted || CaseFolding.folded(value) == wanted
        case .set(let set): program.sets[set].contains(value)
        }
    }

    mutating func take(_ unit: PatternProgram.Unit, _ backward: Bool) -> Bool {
        if backward {
            guard position > 0, matches(unit, text[position - 1]) else { return false }
            position -= 1
        } else {
            guard position < text.count, matches(unit, text[position]) else { return false }
            position += 1
        }
        return true
    }

    mutating func run(_ unit: PatternProgram.Unit, _ repetition: PatternTree.Repetition, _ backward: Bool)
        throws(PatternError) -> Bool
    {
        let start = position
        let wanted = repetition.kind == .lazy ? repetition.least : repetition.most
        var taken = 0
        while taken < wanted, take(unit, backward) { taken += 1 }
        try spend(taken >> 2)
        guard taken >= repetition.least else { return false }
        switch repetition.kind {
        case .greedy where taken > repetition.least:
            let least = start + (backward ? -repetition.least : repetition.least)
            try push(.greedyRun, counter - 1, least, position)
        case .lazy where repetition.most > repetition.least:
            try push(.lazyRun, counter - 1, position, repetition.most - repetition.least)
        default: break
        }
        return true
    }

    mutating func refer(_ groups: [Int], _ ignoresCase: Bool, _ backward: Bool) throws(PatternError) -> Bool {
        for group in groups {
            let (start, end) = (registers[2 + 2 * group], registers[3 + 2 * group])
            guard start >= 0, end >= start else { continue }
            let count = end - start
            try spend(count >> 2)
            let first = backward ? position - count : position
            guard first >= 0, first + count <= text.count else { return false }
            for offset in 0..<count {
                let (wanted, value) = (text[start + offset], text[first + offset])
                guard wanted == value || (ignoresCase && CaseFolding.folded(wanted) == CaseFolding.folded(value))
                else { return false }
            }
            position = backward ? first : first + count
            return true
        }
        return program.unsetMatchesEmpty
    }

    func holds(_ anchor: PatternTree.Anchor, from: Int) -> Bool {
        switch anchor {
        case .textStart: return position == 0
        case .textEnd: return position == text.count
        case .textEndOrLastNewline:
            return position == text.count || (position == text.count - 1 && text[position] == 10)
        case .lineStart: return position == 0 || text[position - 1] == 10
        case .lineEnd: return position == text.count || text[position] == 10
        case .searchStart: return position == from
        case .wordBoundary(let ascii, let negated):
            let before = position > 0 && ScalarSet.isWord(text[position - 1], ascii: ascii)
            let after = position < text.count && ScalarSet.isWord(text[position], ascii: ascii)
            return (before != after) != negated
        }
    }
}
