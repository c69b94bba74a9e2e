import Core
import ProtoWire
import Testing

private typealias Everything = WiretestV1.Everything

@Suite struct RoundTripTests {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func `whatever is written is read back, and its bytes are the same again`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let message = Everything.random(&random)
        let bytes = message.protoBytes()
        let read = try Everything(protoBytes: bytes)
        #expect(read == message)
        #expect(read.protoBytes() == bytes)
    }

    @Test func `a message at its defaults has no bytes`() throws {
        #expect(Everything().protoBytes().isEmpty)
        #expect(try Everything(protoBytes: []) == Everything())
    }

    @Test func `extremes survive`() throws {
        var message = Everything()
        (message.anInt32, message.anInt64, message.aUint64) = (.min, .min, .max)
        (message.aSint32, message.aSint64, message.aDouble) = (.min, .min, -0.0)
        (message.aFloat, message.maybeInt32, message.maybeString) = (.infinity, 0, "")
        message.packed = [.min, -1, 0, 1, .max]
        message.unpacked = [.min, 0, .max]
        message.colours = [.darkBlue, .unrecognized(77), .unspecified]
        message.`protocol` = "the last field number"
        let read = try Everything(protoBytes: message.protoBytes())
        #expect(read == message)
        #expect(read.aDouble.sign == .minus)
        #expect(read.maybeInt32 == 0)
    }

    @Test func `equal maps give equal bytes whatever the order of insertion`() {
        let keys = (0..<50).map { "key \($0)" }
        let forward = Everything(texts: Dictionary(uniqueKeysWithValues: keys.map { ($0, "v") }))
        var backward = Everything()
        for key in keys.reversed() { backward.texts[key] = "v" }
        #expect(forward.protoBytes() == backward.protoBytes())
    }

    @Test func `lengths of one, two and three bytes are written right`() throws {
        for length in [0, 1, 127, 128, 129, 16_383, 16_384, 70_000] {
            let text = String(repeating: "x", count: length)
            let message = Everything(inner: .init(name: text, children: [.init(name: text)]), texts: [text: text])
            #expect(try Everything(protoBytes: message.protoBytes()) == message)
        }
    }
}

@Suite struct ToleranceTests {
    @Test func `unknown fields of every layout are passed over`() throws {
        var writer = ProtoWriter()
        writer.tag(100, .varint)
        writer.varint(.max)
        writer.tag(101, .fixed32)
        writer.fixed32(1)
        writer.tag(102, .fixed64)
        writer.fixed64(1)
        writer.tag(103, .delimited)
        writer.text("unknown")
        writer.tag(104, .groupStart)
        writer.tag(1, .delimited)
        writer.text("in a group")
        writer.tag(2, .groupStart)
        writer.tag(2, .groupEnd)
        writer.tag(104, .groupEnd)
        Everything(anInt32: 7).write(to: &writer)
        #expect(try Everything(protoBytes: writer.bytes) == Everything(anInt32: 7))
    }

    @Test func `a known field with another layout is passed over`() throws {
        var writer = ProtoWriter()
        writer.tag(1, .delimited)
        writer.text("not a number")
        writer.tag(14, .varint)
        writer.varint(5)
        writer.tag(17, .fixed32)
        writer.fixed32(5)
        #expect(try Everything(protoBytes: writer.bytes) == Everything())
    }

    @Test func `lists are read packed and unpacked`() throws {
        var writer = ProtoWriter()
        for value in [1, 2, 3] as [UInt64] {
            writer.tag(20, .varint)
            writer.varint(value)
        }
        writer.write(ProtoType.SInt32.self, 21, packed: [-1, 1])
        let read = try Everything(protoBytes: writer.bytes)
        #expect(read.packed == [1, 2, 3])
        #expect(read.unpacked == [-1, 1])
    }

    @Test func `a repeated embedded message is merged and a repeated single field replaced`() throws {
        var writer = ProtoWriter()
        Everything(anInt32: 1, inner: .init(name: "first", children: [.init(name: "a")])).write(to: &writer)
        Everything(anInt32: 2, inner: .init(children: [.init(name: "b")])).write(to: &writer)
        let read = try Everything(protoBytes: writer.bytes)
        #expect(read.anInt32 == 2)
        #expect(read.inner?.name == "first")
        #expect(read.inner?.children.map(\.name) == ["a", "b"])
    }

    @Test func `of a oneof the last one counts`() throws {
        var writer = ProtoWriter()
        Everything(choice: .text("first")).write(to: &writer)
        Everything(choice: .flag(false)).write(to: &writer)
        #expect(try Everything(protoBytes: writer.bytes).choice == .flag(false))
    }

    @Test func `a map entry without a key or a value has the default`() throws {
        var writer = ProtoWriter()
        writer.tag(24, .delimited)
        writer.delimited { $0.write(ProtoType.String.self, 1, "key") }
        writer.tag(25, .delimited)
        writer.delimited { _ in }
        let read = try Everything(protoBytes: writer.bytes)
        #expect(read.texts == ["key": ""])
        #expect(read.byNumber == [0: .init()])
    }
}

@Suite struct GarbageTests {
    @Test(arguments: 0..<64 as Range<UInt64>)
    func `random and damaged bytes are read or refused`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            var bytes = Everything.random(&random).protoBytes()
            switch random.next() % 3 {
            case 0: bytes = (0..<Int(random.next() % 200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            case 1: bytes.removeLast(Int(random.next() % UInt64(bytes.count + 1)))
            default:
                for _ in 0...random.next() % 8 where !bytes.isEmpty {
                    bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
                }
            }
            // Coming back at all is the point; what was accepted must be writable.
            if let message = try? Everything(protoBytes: bytes) { _ = message.protoBytes() }
        }
    }

    @Test(
        arguments: [
            ([0x08], .truncated), ([0x72, 0x05, 0x61], .truncated), ([0x3d, 1, 2], .truncated),
            ([0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], .overlongNumber),
            ([0x08] + [UInt8](repeating: 0x80, count: 11), .overlongNumber), ([0x00, 0x00], .invalidFieldNumber),
            ([0x0e], .invalidWireType), ([0x0c], .invalidWireType), ([0xa3, 0x06], .truncated),
            ([0x72, 0x02, 0xc3, 0x28], .invalidText),
            ([0x72, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], .truncated),
        ] as [([UInt8], ProtoError.Code)])
    func `what is wrong is named`(bytes: [UInt8], code: ProtoError.Code) {
        let error = #expect(throws: ProtoError.self) { try Everything(protoBytes: bytes) }
        #expect(error?.code == code)
    }

    @Test func `nesting and length have limits`() {
        var inner = Everything.Inner(name: "leaf")
        for _ in 0..<70 { inner = Everything.Inner(children: [inner]) }
        let deep = Everything(inner: inner).protoBytes()
        #expect(throws: ProtoError.self) { try Everything(protoBytes: deep) }
        #expect(throws: Never.self) { try Everything(protoBytes: deep, limits: ProtoLimits(depth: 80)) }
        let groups = [UInt8](repeating: 0x0b, count: 100_000)
        #expect(throws: ProtoError(.tooDeep, at: 65)) { try Everything(protoBytes: groups) }
        #expect(throws: ProtoError(.tooLong, at: 10)) {
            try Everything(protoBytes: deep, limits: ProtoLimits(length: 10))
        }
    }
}

extension WiretestV1.Everything {
    fileprivate static func random(_ random: inout SplitMix64) -> Self {
        func number() -> UInt64 { random.next() >> (random.next() % 64) }
        func some<Value>(_ value: () -> Value) -> [Value] { (0..<Int(random.next() % 4)).map { _ in value() } }
        func text() -> String {
            String(some { ["a", "é", "\0", "漢", "🎼", ""].randomElement(using: &random)! }.joined())
        }
        func inner(_ depth: Int) -> Inner { Inner(name: text(), children: depth == 0 ? [] : some { inner(depth - 1) }) }
        func colour() -> Colour { Colour(protoValue: Int32(truncatingIfNeeded: number()) % 4) }
        var result = Self(
            anInt32: Int32(truncatingIfNeeded: number()), anInt64: Int64(bitPattern: number()),
            aUint32: UInt32(truncatingIfNeeded: number()), aUint64: number(),
            aSint32: Int32(truncatingIfNeeded: number()), aSint64: Int64(bitPattern: number()),
            aFixed32: UInt32(truncatingIfNeeded: number()), aFixed64: number(),
            aSfixed32: Int32(truncatingIfNeeded: number()), aSfixed64: Int64(bitPattern: number()),
            aFloat: Float(Int16(truncatingIfNeeded: number())), aDouble: Double(number()), aBool: number() % 2 == 0,
            aString: text(), someBytes: some { UInt8(truncatingIfNeeded: number()) }, colour: colour(),
            inner: some { inner(2) }.first, maybeInt32: some { Int32(truncatingIfNeeded: number()) }.first,
            maybeString: some { text() }.first)
        result.packed = some { Int64(bitPattern: number()) }
        result.unpacked = some { Int32(truncatingIfNeeded: number()) }
        result.strings = some { text() }
        result.inners = some { inner(1) }
        for _ in 0..<3 { result.texts[text()] = text() }
        for _ in 0..<3 { result.byNumber[Int32(truncatingIfNeeded: number())] = inner(0) }
        result.byTruth = number() % 2 == 0 ? [:] : [true: 1, false: 0]
        result.choice = [nil, .text(text()), .nested(inner(1)), .flag(number() % 2 == 0)].randomElement(using: &random)!
        result.colours = some { colour() }
        result.doubles = some { Double(number()) }
        result.`protocol` = text()
        return result
    }
}
