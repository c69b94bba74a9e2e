import Core
import Testing

@Suite struct JSONObjectTextTests {
    @Test func membersAreWrittenInTheirOrder() throws {
        var shared = JSONObjectText()
        shared.add("a", "1\n\"2\"")
        shared.add("b", [1, nil])
        var inner = JSONObjectText(capacity: 10)
        inner.add("known", text: Array("[true]".utf8))
        var text = shared
        text.add("o", inner)
        text.add("empty", JSONObjectText())
        let written = String(decoding: text.bytes(), as: UTF8.self)
        let members = #""a":"1\n\"2\"","b":[1,null]"#
        #expect(written == #"{\#(members),"o":{"known":[true]},"empty":{}}"#)
        #expect(String(decoding: JSONObjectText().bytes(), as: UTF8.self) == "{}")
    }
}
