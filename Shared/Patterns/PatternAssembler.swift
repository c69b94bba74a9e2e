/// Turns a pattern into instructions; their number is in proportion to the pattern's length.
struct PatternAssembler {
    private var program: PatternProgram
    /// Inside a lookbehind everything is taken from right to left.
    private var backward = false

    static func assemble(_ tree: PatternTree, groups: Int, _ options: PatternOptions, _ dialect: PatternDialect)
        -> PatternProgram
    {
        let program = PatternProgram(
            groups: groups, registers: 2 + 2 * groups, unsetMatchesEmpty: dialect == .ecma, options: options)
        var assembler = PatternAssembler(program: program)
        assembler.add(tree)
        assembler.emit(.match)
        assembler.lookAhead()
        return assembler.program
    }

    private var next: Int { program.instructions.count }

    @discardableResult private mutating func emit(_ instruction: PatternProgram.Instruction) -> Int {
        program.instructions.append(instruction)
        return program.instructions.count - 1
    }

    private mutating func register(_ count: Int = 1) -> Int {
        program.registers += count
        return program.registers - count
    }

    private mutating func unit(_ tree: PatternTree) -> PatternProgram.Unit? {
        switch tree {
        case .scalar(let value, let ignoresCase):
            guard ignoresCase else { return .scalar(value) }
            return .folded(CaseFolding.folded(value))
        case .set(let set):
            program.sets.append(set)
            return .set(program.sets.count - 1)
        default: return nil
        }
    }

    private mutating func add(_ tree: PatternTree) {
        if let unit = unit(tree) {
            emit(.unit(unit, backward: backward))
            return
        }
        switch tree {
        case .empty, .scalar, .set: break
        case .sequence(let parts): for part in backward ? parts.reversed() : parts { add(part) }
        case .alternatives(let branches): add(alternatives: branches)
        case .capture(let index, let inner):
            let first = 2 + 2 * index
            emit(.save(backward ? first + 1 : first))
            add(inner)
            emit(.save(backward ? first : first + 1))
        case .atomic(let inner):
            let mark = register()
            emit(.mark(mark))
            add(inner)
            emit(.cut(mark))
        case .look(let inner, let behind, let negative): look(inner, behind, negative)
        case .repeated(let inner, let repetition): add(inner, repetition)
        case .anchor(let anchor): emit(.anchor(anchor))
        case .backreference(let groups, let ignoresCase):
            emit(.backreference(groups, ignoresCase: ignoresCase, backward: backward))
        case .keep: emit(.keep)
        }
    }

    private mutating func add(alternatives branches: [PatternTree]) {
        var ends: [Int] = []
        for (position, branch) in branches.enumerated() {
            guard position < branches.count - 1 else {
                add(branch)
                break
            }
            let split = emit(.jump(0))
            add(branch)
            ends.append(emit(.jump(0)))
            program.instructions[split] = .split(split + 1, next)
        }
        for end in ends { program.instructions[end] = .jump(next) }
    }

    private mutating func look(_ inner: PatternTree, _ behind: Bool, _ negative: Bool) {
        let outer = backward
        backward = behind
        defer { backward = outer }
        let registers = register(2)
        let start = emit(.look(registers))
        add(inner)
        if negative {
            emit(.lookFailed(registers))
            program.instructions[start] = .lookAgainst(registers, next)
        } else {
            emit(.lookDone(registers))
        }
    }

    private mutating func add(_ inner: PatternTree, _ repetition: PatternTree.Repetition) {
        if repetition.most == 0 { return }
        if let unit = unit(inner) {
            emit(.run(unit, repetition, backward: backward))
            return
        }
        guard repetition.kind != .possessive else {
            var greedy = repetition
            greedy.kind = .greedy
            return add(.atomic(.repeated(inner, greedy)))
        }
        switch (repetition.least, repetition.most) {
        case (1, 1): add(inner)
        case (0, 1):
            let split = emit(.jump(0))
            add(inner)
            program.instructions[split] =
                repetition.kind == .lazy ? .split(next, split + 1) : .split(split + 1, next)
        case (0, .max): star(inner, repetition.kind, isPlus: false)
        case (1, .max): star(inner, repetition.kind, isPlus: true)
        default: counted(inner, repetition)
        }
    }

    private mutating func star(_ inner: PatternTree, _ kind: PatternTree.Repetition.Kind, isPlus: Bool) {
        let watch = inner.canBeEmpty ? register() : nil
        // The first time of `+` is not a choice.
        let skip = isPlus ? emit(.jump(0)) : nil
        let split = emit(.jump(0))
        if let skip { program.instructions[skip] = .jump(next) }
        if let watch { emit(.save(watch)) }
        add(inner)
        let check = watch.map { emit(.leaveIfEmpty(register: $0, exit: 0)) }
        emit(.jump(split))
        program.instructions[split] = kind == .lazy ? .split(next, split + 1) : .split(split + 1, next)
        if let watch, let check { program.instructions[check] = .leaveIfEmpty(register: watch, exit: next) }
    }

    private mutating func counted(_ inner: PatternTree, _ repetition: PatternTree.Repetition) {
        let count = register()
        let watch = inner.canBeEmpty ? register() : nil
        emit(.clear(count))
        let loop = emit(.jump(0))
        emit(.increment(count))
        if let watch { emit(.save(watch)) }
        add(inner)
        let check = watch.map { emit(.leaveIfEmpty(register: $0, exit: 0)) }
        emit(.jump(loop))
        program.instructions[loop] = .loop(register: count, repetition, exit: next)
        if let watch, let check { program.instructions[check] = .leaveIfEmpty(register: watch, exit: next) }
    }

    /// What every match begins with, to be quick about places where none can.
    private mutating func lookAhead() {
        for instruction in program.instructions {
            switch instruction {
            case .save: continue
            case .anchor(.textStart): program.isAnchored = true
            case .unit(.scalar(let value), backward: false): program.firstScalar = value
            case .run(.scalar(let value), let repetition, backward: false) where repetition.least > 0:
                program.firstScalar = value
            default: break
            }
            return
        }
    }
}
