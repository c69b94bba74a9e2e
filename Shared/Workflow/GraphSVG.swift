/// The definition as a drawing in SVG, without scripts and outside files; equal definitions give equal texts.
public func svg(_ definition: CompiledDefinition) -> String {
    var writer = GraphSVG()
    return writer.text(Graph(definition))
}

/// Draws a layout.
struct GraphSVG {
    private var body: [String] = []

    mutating func text(_ graph: Graph) -> String {
        let main = GraphLayout(graph.body, isTop: true)
        let start = max(90, GraphLayout.width(of: graph.start) + 28)
        var left = 24 + max(0, start / 2 - main.axis)
        let axis = left + main.axis
        label(24, 28, graph.title, "title")
        box(axis - start / 2, 44, start, 30, radius: 15, fill: "#ffffff", line: "#1b1f24")
        label(axis, 63, graph.start, "line", anchor: "middle")
        draw(main, left, 74)
        let bottom = 74 + main.height
        body.append("<circle cx=\"\(axis)\" cy=\"\(bottom + 10)\" r=\"10\" fill=\"#ffffff\" stroke=\"#1b1f24\"/>")
        body.append("<circle cx=\"\(axis)\" cy=\"\(bottom + 10)\" r=\"5\" fill=\"#1b1f24\"/>")
        var height = bottom + 44
        left += max(main.width, main.axis + start / 2) + 40
        for part in graph.parts {
            let layout = GraphLayout(part)
            let width = max(layout.width, GraphLayout.width(of: part.title)) + 20
            box(left, 44, width, layout.height + 40, radius: 8, fill: "none", line: "#94a3b8", isDashed: true)
            label(left + 10, 62, part.title, "line")
            draw(layout, left + 10, 68)
            left += width + 24
            height = max(height, layout.height + 108)
        }
        let width = max(left, GraphLayout.width(of: graph.title, isName: true) + 48)
        return head(width, height) + body.joined(separator: "\n") + "\n</svg>\n"
    }

    private func head(_ width: Int, _ height: Int) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" \
        font-family="Helvetica, Arial, sans-serif">
        <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">\
        <path d="M0 0 L8 4 L0 8 z" fill="#475569"/></marker></defs>
        <style>.title{font-size:15px;font-weight:bold}.name{font-size:13px;font-weight:bold}\
        .line{font-size:12px;fill:#334155}.edge{font-size:11px;fill:#475569}\
        .way{fill:none;stroke:#475569;stroke-width:1.3}</style>
        <rect width="100%" height="100%" fill="#ffffff"/>

        """
    }

    private mutating func draw(_ layout: GraphLayout, _ x: Int, _ y: Int) {
        if layout.list.isParallel {
            branches(layout, x, y)
        } else {
            sequence(layout, x, y)
        }
        for item in layout.boxes { draw(item, x, y) }
    }

    private mutating func draw(_ item: GraphLayout.Box, _ x: Int, _ y: Int) {
        let colours = GraphColours.of(item.task.kind)
        let (left, top) = (x + item.x, y + item.y)
        let isEnd = item.task.kind == "wait" || item.task.kind == "listen"
        box(
            left, top, item.width, item.height, radius: isEnd && item.inner.isEmpty ? 18 : 6, fill: colours.fill,
            line: colours.line, isDashed: item.task.condition != nil)
        for (number, line) in item.lines.enumerated() {
            let at = top + 18 + number * GraphLayout.lineHeight
            let isContainer = !item.inner.isEmpty
            label(
                isContainer ? left + 12 : left + item.width / 2, at, line.text, line.isName ? "name" : "line",
                anchor: isContainer ? "start" : "middle")
        }
        for inner in item.inner {
            let (innerX, innerY) = (left + inner.x, top + inner.y)
            if inner.isFramed {
                box(
                    innerX, innerY, inner.width, inner.height, radius: 6, fill: "#ffffff", line: colours.line,
                    isDashed: true)
                label(innerX + 10, innerY + 15, inner.layout.list.title, "line")
            }
            draw(
                inner.layout, innerX + (inner.width - inner.layout.width) / 2, innerY + (inner.isFramed ? 20 : 0))
        }
    }

    private mutating func branches(_ layout: GraphLayout, _ x: Int, _ y: Int) {
        let (axis, bottom) = (x + layout.axis, y + layout.height)
        guard let first = layout.boxes.first, let last = layout.boxes.last else { return }
        way([(axis, y), (axis, y + 10)])
        way([(x + first.middle, y + 10), (x + last.middle, y + 10)])
        way([(x + first.middle, bottom - 10), (x + last.middle, bottom - 10)])
        way([(axis, bottom - 10), (axis, bottom)])
        for item in layout.boxes {
            way([(x + item.middle, y + 10), (x + item.middle, y + item.y)], hasTip: true)
            way([(x + item.middle, y + item.y + item.height), (x + item.middle, bottom - 10)])
        }
    }

    private mutating func sequence(_ layout: GraphLayout, _ x: Int, _ y: Int) {
        let axis = x + layout.axis
        if let first = layout.boxes.first { way([(axis, y), (axis, y + first.y)], hasTip: true) }
        for edge in layout.list.edges where layout.isStraight(edge) {
            let from = layout.boxes[edge.from]
            let top = y + from.y + from.height
            var bottom = y + layout.height
            if case .task(let to) = edge.to { bottom = y + layout.boxes[to].y }
            way([(axis, top), (axis, bottom)], hasTip: edge.to != .exit || layout.isTop)
            if !edge.label.isEmpty { label(axis + 6, (top + bottom) / 2 + 4, edge.label, "edge") }
        }
        for lane in layout.lanes { draw(lane, layout, x, y) }
    }

    private mutating func draw(_ lane: GraphLayout.Lane, _ layout: GraphLayout, _ x: Int, _ y: Int) {
        let from = layout.boxes[lane.edge.from]
        let leave = y + lane.y
        let offset = layout.labels + lane.number * GraphLayout.laneWidth
        let line = lane.isLeft ? x + layout.left - offset - 4 : x + layout.right + offset + 4
        let edge = lane.isLeft ? x + from.x : x + from.x + from.width
        let isOut = lane.edge.to == .end && !layout.isTop
        switch lane.edge.to {
        case .task(let to):
            let target = layout.boxes[to]
            let arrive = y + target.y + 10
            let side = lane.isLeft ? x + target.x : x + target.x + target.width
            way([(edge, leave), (line, leave), (line, arrive), (side, arrive)], hasTip: true, isDashed: lane.isLeft)
        case .end where isOut:
            way([(edge, leave), (line - 4, leave)], hasTip: true)
            body.append("<circle cx=\"\(line + 2)\" cy=\"\(leave)\" r=\"6\" fill=\"#ffffff\" stroke=\"#1b1f24\"/>")
            body.append("<circle cx=\"\(line + 2)\" cy=\"\(leave)\" r=\"3\" fill=\"#1b1f24\"/>")
        default:
            let bottom = y + layout.height - 10
            way([(edge, leave), (line, leave), (line, bottom), (x + layout.axis, bottom)], hasTip: true)
            way([(x + layout.axis, bottom), (x + layout.axis, bottom + 10)])
        }
        guard !lane.edge.label.isEmpty else { return }
        label(
            lane.isLeft ? edge - 6 : edge + 6, leave - 4, lane.edge.label, "edge", anchor: lane.isLeft ? "end" : "start"
        )
    }

    private mutating func way(_ points: [(Int, Int)], hasTip: Bool = false, isDashed: Bool = false) {
        let path = points.enumerated().map { "\($0.offset == 0 ? "M" : "L")\($0.element.0) \($0.element.1)" }
        let tip = hasTip ? " marker-end=\"url(#tip)\"" : ""
        let dash = isDashed ? " stroke-dasharray=\"5 3\"" : ""
        body.append("<path class=\"way\" d=\"\(path.joined(separator: " "))\"\(dash)\(tip)/>")
    }

    private mutating func box(
        _ x: Int, _ y: Int, _ width: Int, _ height: Int, radius: Int, fill: String, line: String,
        isDashed: Bool = false
    ) {
        let dash = isDashed ? " stroke-dasharray=\"4 3\"" : ""
        body.append(
            "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" rx=\"\(radius)\" fill=\"\(fill)\" "
                + "stroke=\"\(line)\"\(dash)/>")
    }

    private mutating func label(_ x: Int, _ y: Int, _ text: String, _ style: String, anchor: String = "start") {
        let place = anchor == "start" ? "" : " text-anchor=\"\(anchor)\""
        body.append("<text x=\"\(x)\" y=\"\(y)\" class=\"\(style)\"\(place)>\(Self.escaped(text))</text>")
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "&": out += "&amp;"
            case "\"": out += "&quot;"
            default:
                // Others cannot stand in XML.
                let isText = scalar.value >= 0x20 && scalar.value != 0xfffe && scalar.value != 0xffff
                out.unicodeScalars.append(isText ? scalar : " ")
            }
        }
        return out
    }
}
