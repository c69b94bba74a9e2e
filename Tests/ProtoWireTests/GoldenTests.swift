import ProtoWire
import Testing

@Suite struct GoldenTests {
    @Test func `the bytes are those that protoc's own runtime writes`() throws {
        let message = WiretestV1.Everything(
            anInt32: -5, anInt64: 1 << 40, aUint32: 4_000_000_000, aUint64: .max, aSint32: -7, aSint64: -(1 << 50),
            aFixed32: 9, aFixed64: 10, aSfixed32: -11, aSfixed64: -12, aFloat: 1.5, aDouble: -0.0, aBool: true,
            aString: "né", someBytes: [0, 0xff], colour: .darkBlue,
            inner: .init(name: "i", children: [.init(name: "c")]), maybeInt32: 0, maybeString: "",
            packed: [1, -1, 300], unpacked: [-1, 1], strings: ["a", ""], inners: [.init()],
            texts: ["b": "2", "a": "1"], byNumber: [-1: .init(name: "minus"), 2: .init(name: "two")],
            byTruth: [true: 1, false: 0], choice: .flag(false), colours: [.red, .darkBlue], doubles: [0.5],
            protocol: "p")
        // Made with Python's protobuf 7.36 (deterministic) from everything.proto.
        let golden = """
            08fbffffffffffffffff01108080808080201880d0acf30e20ffffffffffffffffff01280d30ffffffffffffff033d09000000\
            410a000000000000004df5ffffff51f4ffffffffffffff5d0000c03f610000000000000080680172036ec3a97a0200ff8001\
            feffffffffffffffff018a01080a016912030a01639001009a0100a2010d01ffffffffffffffffff01ac02a80101a80102\
            b2010161b20100ba0100c201060a0161120131c201060a0162120132ca011408ffffffffffffffffff0112070a056d696e7573\
            ca0109080212050a0374776fd2010b080111000000000000f03fd2010b0800110000000000000000e80100\
            f2010b01feffffffffffffffff01fa0108000000000000e03ffaffffff0f0170
            """
        let bytes = message.protoBytes()
        // The order of map entries is free; Python puts `true` first.
        let ours = hex(bytes).replacing(
            "d2010b0800110000000000000000d2010b080111000000000000f03f",
            with: "d2010b080111000000000000f03fd2010b0800110000000000000000")
        #expect(ours == golden)
        #expect(try WiretestV1.Everything(protoBytes: bytes) == message)
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
