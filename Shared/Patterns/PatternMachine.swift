/// One search: follows the instructions, and goes back to the last open alternative when they fail.
struct PatternMachine {
    /// What is undone or tried when something fails.
    struct Entry {
        enum Kind { case alternative, register, greedyRun, lazyRun }

        var kind: Kind
        /// An instruction, or a register.
        var place: Int32
        /// A position, or a register's old value.
        var first: Int
        /// The other end of a run, or how many times are left.
        var second: Int
    }

    static let mostEntries = 500_000

    let program: PatternProgram
    let text: [UInt32]
    private let from: Int
    private(set) var stepsLeft: Int
    var registers: [Int]
    var stack: [Entry] = []
    var position = 0
    var counter = 0

    init(_ program: PatternProgram, _ text: [UInt32], _ start: Int, _ steps: Int) {
        (self.program, self.text, from, stepsLeft) = (program, text, start, steps)
        registers = Array(repeating: -1, count: program.registers)
    }

    mutating func spend(_ steps: Int) throws(PatternError) {
        stepsLeft -= steps
        if stepsLeft < 0 { throw .exhausted }
    }

    mutating func search() throws(PatternError) -> PatternMatch? {
        var best: PatternMatch?
        var start = from
        while start <= text.count {
            if program.isAnchored, start > 0 { break }
            if let first = program.firstScalar {
                let before = start
                while start < text.count, text[start] != first { start += 1 }
                try spend((start - before) >> 3)
                if start == text.count { break }
            }
            let longest = best?.range.count ?? -1
            if try attempt(start, longerThan: longest) {
                let match = found()
                guard program.options.contains(.findsLongest) else { return match }
                best = match
            }
            start += 1
        }
        return best
    }

    private func found() -> PatternMatch {
        let groups = stride(from: 2, to: min(registers.count, 2 + 2 * program.groups), by: 2)
        let captures = groups.map { first -> Range<Int>? in
            let (start, end) = (registers[first], registers[first + 1])
            return start >= 0 && end >= start ? start..<end : nil
        }
        return PatternMatch(range: min(registers[0], registers[1])..<registers[1], captures: captures)
    }

    /// Whether there is a match at `start`; its positions are then in the registers.
    private mutating func attempt(_ start: Int, longerThan longest: Int) throws(PatternError) -> Bool {
        stack.removeAll(keepingCapacity: true)
        for register in registers.indices { registers[register] = -1 }
        try spend(registers.count >> 3)
        (position, counter, registers[0]) = (start, 0, start)
        var longest = longest
        var kept: [Int]?
        while true {
            try spend(1)
            if case .match = program.instructions[counter] {
                let isRefused = position == start && program.options.contains(.ignoresEmptyMatches)
                let length = position - registers[0]
                if !isRefused, length > longest || !program.options.contains(.findsLongest) {
                    registers[1] = position
                    guard program.options.contains(.findsLongest) else { return true }
                    longest = length
                    kept = registers
                }
                if try goBack() { continue }
            } else if try follow(program.instructions[counter]) {
                continue
            } else if try goBack() {
                continue
            }
            guard let kept else { return false }
            registers = kept
            return true
        }
    }

    /// Does one instruction; false when it fails.
    private mutating func follow(_ instruction: PatternProgram.Instruction) throws(PatternError) -> Bool {
        counter += 1
        switch instruction {
        case .unit(let unit, let backward): return take(unit, backward)
        case .run(let unit, let repetition, let backward): return try run(unit, repetition, backward)
        case .jump(let target): counter = target
        case .split(let first, let second):
            try push(.alternative, second, position)
            counter = first
        case .save(let register): try set(register, position)
        case .clear(let register): try set(register, 0)
        case .increment(let register): try set(register, registers[register] + 1)
        case .loop(let register, let repetition, let exit): try loop(registers[register], repetition, exit)
        case .leaveIfEmpty(let register, let exit): if registers[register] == position { counter = exit }
        case .anchor(let anchor): return holds(anchor, from: from)
        case .backreference(let groups, let ignoresCase, let backward):
            return try refer(groups, ignoresCase, backward)
        case .mark(let register): registers[register] = stack.count
        case .cut(let register): try cut(to: registers[register])
        case .look(let register): (registers[register], registers[register + 1]) = (stack.count, position)
        case .lookDone(let register):
            try cut(to: registers[register])
            position = registers[register + 1]
        case .lookAgainst(let register, let after):
            registers[register] = stack.count
            try push(.alternative, after, position)
        case .lookFailed(let register):
            try unwind(to: registers[register])
            return false
        case .keep: try set(0, position)
        case .match: preconditionFailure("handled before")
        }
        return true
    }

    private mutating func loop(_ count: Int, _ repetition: PatternTree.Repetition, _ exit: Int) throws(PatternError) {
        if count < repetition.least { return }
        if count >= repetition.most {
            counter = exit
        } else if repetition.kind == .lazy {
            try push(.alternative, counter, position)
            counter = exit
        } else {
            try push(.alternative, exit, position)
        }
    }
}
