import Core
import Testing

@testable import Messaging

@Suite struct OutboxRowTests {
    private func message(_ id: String, size: Int = 1, _ change: (inout Envelope) -> Void = { _ in }) -> Outbound {
        var envelope = Envelope(
            id: id, type: "t", source: "s", time: Instant(microseconds: 1_798_761_600_123_456), tenant: "acme")
        change(&envelope)
        return Outbound(
            topic: .audit, key: "k", envelope: envelope, contentType: Envelope.protobuf,
            body: Array(repeating: 7, count: size))
    }

    @Test func aRowIsReadAsItWasWritten() throws {
        let full = message("1") { envelope in
            (envelope.subject, envelope.correlationID, envelope.causationID) = ("e", "c", "d")
            (envelope.traceparent, envelope.extensions) = ("00-1-2-01", ["attempt": "2", "iteration": "0"])
        }
        let messages = [full, message("2")]
        #expect(try OutboxRow(id: 5, bytes: OutboxRow.bytes(messages)) == OutboxRow(id: 5, messages: messages))
    }

    @Test func rowsKeepTheOrderAndStaySmallUnlessAMessageIsNot() {
        let half = 600 << 10
        let sizes = [1, 2, half, half, 3, 2 << 20, 4, 5]
        let groups = OutboxRow.groups(sizes.enumerated().map { message("\($0.offset)", size: $0.element) })
        #expect(groups.map { $0.map(\.envelope.id) } == [["0", "1", "2"], ["3", "4"], ["5"], ["6", "7"]])
        #expect(OutboxRow.groups([]).isEmpty)
    }
}
