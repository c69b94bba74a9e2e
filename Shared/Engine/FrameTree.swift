/// The open runs as a tree, with an index of those that can move, so that a thousand branches cost no thousand scans.
struct FrameTree: Sendable, Hashable {
    private var frames: [Int: Box] = [:]
    /// Open runs below each open run, in the order of opening.
    private var below: [Int: [Int]] = [:]
    /// Runs that can move without anything from outside, by number.
    private(set) var ready: [Int] = []
    /// Those of them that an error has come to.
    private(set) var faulted: [Int] = []
    /// Runs that somebody outside works on, by number.
    private(set) var outstanding: [Int] = []
    /// Runs that wait for events, by number.
    private(set) var listening: [Int] = []

    init() {}

    /// The tree of these runs, each after the one that holds it; nil when one is there twice or hangs in the air.
    init?(_ list: [Frame]) {
        for frame in list {
            guard frames[frame.run.number] == nil, frame.run.number == 0 || frames[frame.run.parent] != nil else {
                return nil
            }
            open(frame)
        }
    }

    var isEmpty: Bool { frames.isEmpty }
    var count: Int { frames.count }

    subscript(run: Int) -> Frame? { frames[run]?.frame }

    /// Whether `run` goes on in lanes; asked without a copy of them.
    func isLaned(_ run: Int) -> Bool { if case .lanes? = frames[run]?.frame.step { true } else { false } }

    /// The runs directly below `run`, in the order of opening.
    func children(of run: Int) -> [Int] { below[run] ?? [] }

    /// The runs below `run`, each before those below it.
    func descendants(of run: Int) -> [Frame] {
        var found: [Frame] = []
        var stack = Array(children(of: run).reversed())
        while let next = stack.popLast() {
            guard let frame = self[next] else { continue }
            found.append(frame)
            stack += children(of: next).reversed()
        }
        return found
    }

    /// All runs, each before those below it.
    var all: [Frame] { (self[0].map { [$0] } ?? []) + descendants(of: 0) }

    /// Adds a run below its parent.
    mutating func open(_ frame: Frame) {
        let number = frame.run.number
        frames[number] = Box(frame)
        if number != 0 { below[frame.run.parent, default: []].append(number) }
        self[Standing(frame)].insertSorted(number)
    }

    /// Removes a run, below which there must be none.
    mutating func close(_ run: Int) {
        guard let frame = frames.removeValue(forKey: run)?.frame else { return }
        self[Standing(frame)].removeSorted(run)
        below[run] = nil
        let parent = frame.run.parent
        if let at = below[parent]?.firstIndex(of: run) { below[parent]!.remove(at: at) }
        if below[parent]?.isEmpty == true { below[parent] = nil }
    }

    /// Changes an open run; nothing happens when it is not open.
    mutating func update(_ run: Int, _ change: (inout Frame) -> Void) {
        guard let index = frames.index(forKey: run) else { return }
        let before = Standing(frames.values[index].frame)
        if !isKnownUniquelyReferenced(&frames.values[index]) {
            frames.values[index] = Box(frames.values[index].frame)
        }
        change(&frames.values[index].frame)
        let after = Standing(frames.values[index].frame)
        guard before != after else { return }
        self[before].removeSorted(run)
        self[after].insertSorted(run)
    }

    mutating func removeAll() { self = FrameTree() }

    /// The list of runs that stand so.
    private subscript(standing: Standing) -> [Int] {
        get {
            switch standing {
            case .ready: ready
            case .faulted: faulted
            case .outstanding: outstanding
            case .listening: listening
            case .none: []
            }
        }
        _modify {
            var nobody: [Int] = []
            switch standing {
            case .ready: yield &ready
            case .faulted: yield &faulted
            case .outstanding: yield &outstanding
            case .listening: yield &listening
            case .none: yield &nobody
            }
        }
    }

    /// A frame for itself: a decision begins with a copy of the state, which must not be a copy of all frames.
    // Unchecked because it is changed only while nobody else holds it.
    private final class Box: @unchecked Sendable, Hashable {
        var frame: Frame

        init(_ frame: Frame) { self.frame = frame }

        static func == (left: Box, right: Box) -> Bool { left === right || left.frame == right.frame }

        func hash(into hasher: inout Hasher) { hasher.combine(frame) }
    }

    /// Which of the lists a run is in.
    private enum Standing {
        case ready, faulted, outstanding, listening, none

        init(_ frame: Frame) {
            switch frame.step {
            case .faulted: self = .faulted
            case .outstanding: self = .outstanding
            case .listening: self = .listening
            default: self = frame.isReady ? .ready : .none
            }
        }
    }
}

extension [Int] {
    /// Where `number` is in an ascending list, or would be.
    private func place(of number: Int) -> Int {
        if let last, last < number { return count }
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    fileprivate mutating func insertSorted(_ number: Int) { insert(number, at: place(of: number)) }

    fileprivate mutating func removeSorted(_ number: Int) {
        let at = place(of: number)
        if at < count, self[at] == number { remove(at: at) }
    }
}
