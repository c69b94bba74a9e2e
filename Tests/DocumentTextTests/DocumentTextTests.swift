import Core
import DocumentText
import Testing

@Suite(.timeLimit(.minutes(5))) struct DocumentTextTests {
    private let documents = DocumentText()

    /// A one-page PDF that shows `line`; its cross-reference table is left out, which readers repair.
    private func pdf(showing line: String) -> [UInt8] {
        let content = "BT /F1 12 Tf 72 720 Td (\(line)) Tj ET"
        return Array(
            """
            %PDF-1.4
            1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
            2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
            3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>> endobj
            4 0 obj <</Length \(content.utf8.count)>> stream
            \(content)
            endstream endobj
            5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
            trailer <</Root 1 0 R/Size 6>>
            %%EOF
            """.utf8)
    }

    @Test func readsTextAsItIs() async throws {
        let text = try await documents.extract(
            bytes: Array("\u{feff}Größe: 5 \r\nB\u{c}C\n\n".utf8), contentType: "text/plain; charset=utf-8")
        #expect(text == "Größe: 5\nB\nC")
    }

    @Test func readsAPDFWhateverTheTypeSays() async throws {
        let text = try await documents.extract(
            bytes: pdf(showing: "Policy AB-1234"), contentType: "application/octet-stream")
        #expect(text.contains("Policy AB-1234"))
    }

    @Test(arguments: [
        (Array("%PDF-1.7 nothing but a head".utf8), "application/pdf", DocumentTextError.Code.unreadable),
        ([0xff, 0xfe, 0x00], "text/plain", .unreadable), ([1, 2, 3], "image/png", .unsupportedType),
        ([1, 2, 3], "application/pdf", .unreadable), (Array(" \n ".utf8), "text/plain", .empty),
    ])
    func saysWhyThereIsNoText(bytes: [UInt8], type: String, code: DocumentTextError.Code) async {
        let error = await #expect(throws: DocumentTextError.self) {
            try await documents.extract(bytes: bytes, contentType: type)
        }
        #expect(error?.code == code)
    }

    @Test func textPastTheLimitIsRefused() async {
        var limits = DocumentText.Limits()
        limits.text = 10
        let small = DocumentText(limits: limits)
        for bytes in [Array("twelve bytes".utf8), pdf(showing: String(repeating: "x", count: 60))] {
            let error = await #expect(throws: DocumentTextError.self) {
                try await small.extract(bytes: bytes, contentType: "text/plain")
            }
            #expect(error?.code == .limitExceeded)
        }
    }

    @Test func garbageNeverCrashesTheService() async {
        var random = SplitMix64(seed: 5)
        let sound = pdf(showing: "garbled")
        for _ in 0..<20 {
            var bytes = sound
            for _ in 0..<40 {
                bytes[Int.random(in: 8..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try? await documents.extract(bytes: bytes, contentType: "application/pdf")
        }
        let text = try? await documents.extract(bytes: sound, contentType: "application/pdf")
        #expect(text?.contains("garbled") == true)
    }
}
