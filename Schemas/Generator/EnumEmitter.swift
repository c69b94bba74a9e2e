/// Writes an open enumeration.
struct EnumEmitter {
    let comments: Comments

    func emit(_ item: EnumDescriptor, _ path: [Int32], _ out: inout SourceText) {
        // A second name of a number (allow_alias) is not given a case.
        var seen: Set<Int32> = []
        let values = item.values.enumerated().filter { seen.insert($0.element.number).inserted }
        let cases = values.map { SwiftNames.enumCase($0.element.name, of: item.name) }
        out.doc(comments[path], otherwise: "`\(item.name)`")
        out.block("public enum \(item.name): ProtoEnum") { out in
            for ((at, value), name) in zip(values, cases) {
                out.doc(comments[path + [2, Int32(at)]], otherwise: "`\(value.name)`, \(value.number).")
                out.line("case \(name)")
            }
            out.doc(nil, otherwise: "A number that this version does not name.")
            out.line("case unrecognized(Int32)")
            out.line()
            out.doc(nil, otherwise: "The value of a number; one that is not named is kept as such.")
            out.block("public init(protoValue: Int32)") { out in
                out.block("switch protoValue") { out in
                    for ((_, value), name) in zip(values, cases) { out.line("case \(value.number): self = .\(name)") }
                    out.line("default: self = .unrecognized(protoValue)")
                }
            }
            out.line()
            out.doc(nil, otherwise: "The number.")
            out.block("public var protoValue: Int32") { out in
                out.block("switch self") { out in
                    for ((_, value), name) in zip(values, cases) { out.line("case .\(name): \(value.number)") }
                    out.line("case .unrecognized(let number): number")
                }
            }
        }
    }
}
