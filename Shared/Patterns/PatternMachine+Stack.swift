extension PatternMachine {
    mutating func push(_ kind: Entry.Kind, _ place: Int, _ first: Int, _ second: Int = 0) throws(PatternError) {
        guard stack.count < Self.mostEntries else { throw .exhausted }
        stack.append(Entry(kind: kind, place: Int32(place), first: first, second: second))
    }

    /// Changes a register such that going back restores it.
    mutating func set(_ register: Int, _ value: Int) throws(PatternError) {
        if !stack.isEmpty { try push(.register, register, registers[register]) }
        registers[register] = value
    }

    /// Gives up the alternatives above `height`, but still restores what was changed since.
    mutating func cut(to height: Int) throws(PatternError) {
        try spend((stack.count - height) >> 2)
        var end = height
        for place in height..<stack.count where stack[place].kind == .register {
            stack[end] = stack[place]
            end += 1
        }
        stack.removeLast(stack.count - end)
    }

    /// Undoes everything above `height`.
    mutating func unwind(to height: Int) throws(PatternError) {
        try spend((stack.count - height) >> 2)
        while stack.count > height {
            let entry = stack.removeLast()
            if entry.kind == .register { registers[Int(entry.place)] = entry.first }
        }
    }

    /// To the last open alternative; false when there is none.
    mutating func goBack() throws(PatternError) -> Bool {
        while let entry = stack.last {
            let place = Int(entry.place)
            switch entry.kind {
            case .register:
                registers[place] = entry.first
                stack.removeLast()
            case .alternative:
                stack.removeLast()
                (counter, position) = (place, entry.first)
                return true
            case .greedyRun:
                if entry.first == entry.second {
                    stack.removeLast()
                    continue
                }
                // One less than before.
                let less = entry.second > entry.first ? entry.second - 1 : entry.second + 1
                stack[stack.count - 1].second = less
                (counter, position) = (place + 1, less)
                return true
            case .lazyRun:
                guard case .run(let unit, _, let backward) = program.instructions[place] else {
                    preconditionFailure("a lazy run is a run")
                }
                position = entry.first
                guard entry.second > 0, take(unit, backward) else {
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].first = position
                stack[stack.count - 1].second = entry.second - 1
                counter = place + 1
                return true
            }
            try spend(1)
        }
        return false
    }
}
