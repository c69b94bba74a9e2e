/// Where the boxes of a list stand, relative to the list's corner. All in pixels.
struct GraphLayout {
    struct Box {
        var task: Graph.Step
        var x = 0
        var y = 0
        var width: Int
        var height: Int
        var lines: [Line]
        var inner: [Inner] = []

        var middle: Int { x + width / 2 }
    }

    struct Line {
        var text: String
        var isName = false
    }

    struct Inner {
        var layout: GraphLayout
        var x: Int
        var y: Int
        var isFramed: Bool
        /// The frame's size, or the list's.
        var width: Int
        var height: Int
    }

    /// An arrow beside the boxes.
    struct Lane {
        var edge: Graph.Edge
        var isLeft: Bool
        /// Counted from the boxes outwards.
        var number: Int
        /// The height at which it leaves its box.
        var y: Int
    }

    static let gap = 34
    static let lineHeight = 16
    static let laneWidth = 14

    var list: Graph.List
    var isTop: Bool
    var boxes: [Box] = []
    var lanes: [Lane] = []
    var width = 0
    var height = 0
    /// Where the list is entered and left.
    var axis = 0
    /// The edges of the column of boxes.
    var left = 0
    var right = 0
    /// How wide the labels beside the boxes are.
    var labels = 0

    init(_ list: Graph.List, isTop: Bool = false) {
        (self.list, self.isTop) = (list, isTop)
        boxes = list.tasks.map(Self.box)
        if list.isParallel {
            placeSideBySide()
        } else {
            placeInSequence()
        }
    }

    static func width(of text: String, isName: Bool = false) -> Int {
        text.unicodeScalars.reduce(0) { $0 + ($1.value > 0x2e80 ? 13 : isName ? 8 : 7) }
    }

    private static func box(_ task: Graph.Step) -> Box {
        var lines = [Line(text: task.name, isName: true)]
        lines.append(Line(text: task.detail.isEmpty ? task.kind : "\(task.kind) · \(task.detail)"))
        if let condition = task.condition { lines.append(Line(text: "if \(condition)")) }
        let text = lines.map { width(of: $0.text, isName: $0.isName) }.max() ?? 0
        var box = Box(task: task, width: max(120, text + 28), height: lines.count * lineHeight + 14, lines: lines)
        guard !task.lists.isEmpty else { return box }
        var (x, tallest) = (14, 0)
        for list in task.lists {
            let layout = GraphLayout(list)
            let isFramed = !list.title.isEmpty
            let pad = isFramed ? 10 : 0
            let title = isFramed ? 20 : 0
            let width = max(layout.width + 2 * pad, isFramed ? self.width(of: list.title) + 20 : 0)
            let height = layout.height + title + pad
            box.inner.append(
                Inner(
                    layout: layout, x: x, y: box.height + 4, isFramed: isFramed, width: width, height: height))
            x += width + 14
            tallest = max(tallest, height)
        }
        box.width = max(box.width, x)
        // What is narrower than its title stands in the middle.
        let shift = (box.width - x) / 2
        for at in box.inner.indices { box.inner[at].x += shift }
        box.height += tallest + 18
        return box
    }

    private mutating func placeSideBySide() {
        var x = 0
        for at in boxes.indices {
            (boxes[at].x, boxes[at].y) = (x, 30)
            x += boxes[at].width + 20
        }
        width = max(40, x - 20)
        height = (boxes.map { $0.y + $0.height }.max() ?? 0) + 30
        (axis, right) = (width / 2, width)
    }

    /// Whether an arrow goes straight down.
    func isStraight(_ edge: Graph.Edge) -> Bool {
        switch edge.to {
        case .task(let to): to == edge.from + 1
        case .exit: edge.from == boxes.count - 1
        case .end: isTop && edge.from == boxes.count - 1
        }
    }

    private mutating func placeInSequence() {
        let beside = list.edges.filter { !isStraight($0) }
        for at in boxes.indices {
            let leaving = beside.filter { $0.from == at }.count
            boxes[at].height = max(boxes[at].height, 22 + 18 * leaving)
        }
        var y = 24
        for at in boxes.indices {
            boxes[at].y = y
            y += boxes[at].height + Self.gap
        }
        height = y - (boxes.isEmpty ? 0 : 8)
        takeLanes(beside)
        labels = beside.map { Self.width(of: $0.label) + ($0.label.isEmpty ? 18 : 14) }.max() ?? 0
        let lefts = lanes.filter(\.isLeft)
        let leftWidth = lefts.isEmpty ? 0 : labels + ((lefts.map(\.number).max() ?? 0) + 1) * Self.laneWidth + 4
        let rights = lanes.filter { !$0.isLeft }
        let rightWidth = rights.isEmpty ? 0 : labels + ((rights.map(\.number).max() ?? 0) + 1) * Self.laneWidth + 14
        let widest = boxes.map(\.width).max() ?? 40
        left = leftWidth
        right = leftWidth + widest
        let straight = list.edges.filter(isStraight).map { Self.width(of: $0.label) }.max() ?? 0
        axis = leftWidth + widest / 2
        width = max(right + rightWidth, axis + straight + 16)
        for at in boxes.indices { boxes[at].x = axis - boxes[at].width / 2 }
    }

    /// Gives each arrow the innermost lane that is free along its way.
    private mutating func takeLanes(_ edges: [Graph.Edge]) {
        var taken: [Bool: [[ClosedRange<Int>]]] = [true: [], false: []]
        var leaving: [Int: Int] = [:]
        for edge in edges {
            let number = leaving[edge.from, default: 0]
            leaving[edge.from] = number + 1
            let y = boxes[edge.from].y + 18 + 18 * number
            var (isLeft, end) = (false, y)
            switch edge.to {
            case .task(let to):
                isLeft = to <= edge.from
                end = boxes[to].y + 10
            case .exit: end = height
            case .end: end = isTop ? height : y
            }
            let span = min(y, end)...max(y, end)
            var lanes = taken[isLeft] ?? []
            let free = lanes.firstIndex { $0.allSatisfy { !$0.overlaps(span) } } ?? lanes.count
            if free == lanes.count { lanes.append([]) }
            lanes[free].append(span)
            taken[isLeft] = lanes
            self.lanes.append(Lane(edge: edge, isLeft: isLeft, number: free, y: y))
        }
    }
}
