import Core
import Testing

@testable import Configuration

private enum Mode: String, CaseIterable { case fast, safe }

@Suite("Reading a configuration")
struct ConfigurationReaderTests {
    @Test("The environment beats the file, the file beats the default")
    func precedence() throws {
        var reader = ConfigurationReader(
            environment: ["CADENZA_A": "env", "CADENZA_B": ""], file: ["CADENZA_A": "file", "CADENZA_B": 7])
        #expect(reader.string("CADENZA_A", default: "x") == "env")
        #expect(reader.int("CADENZA_B", default: 1) == 7)
        #expect(reader.string("CADENZA_C", default: "x") == "x")
        try reader.finish()
    }

    @Test("All faults are reported at once, in order, and no secret is shown")
    func faults() {
        var reader = ConfigurationReader(
            environment: ["CADENZA_PORT": "70000", "CADENZA_MODE": "quick", "CADENZA_WAIT": "soon"],
            file: ["CADENZA_TYPO": "x", "CADENZA_KEY": "hunter2"])
        _ = reader.string("CADENZA_URL")
        _ = reader.int("CADENZA_PORT", in: 0...65535, default: 1)
        _ = reader.choice("CADENZA_MODE", default: Mode.safe)
        _ = reader.duration("CADENZA_WAIT", default: .seconds(1))
        _ = reader.secret("CADENZA_KEY")
        let error = #expect(throws: ConfigurationError.self) { try reader.finish() }
        #expect(
            error?.description == """
                CADENZA_URL: is missing; expected text
                CADENZA_PORT: "70000" is not a whole number, 0 to 65535
                CADENZA_MODE: "quick" is not one of fast, safe
                CADENZA_WAIT: "soon" is not a duration such as PT30S, 500ms or 5m
                CADENZA_TYPO: is not a setting of this program; --help lists them
                """)
    }

    @Test("Help lists what was asked, once each, with kind and default but without secrets")
    func help() {
        var reader = ConfigurationReader(environment: [:])
        _ = reader.endpoint("CADENZA_LISTEN", default: "127.0.0.1:80", help: "Where to listen.")
        _ = reader.endpoint("CADENZA_LISTEN", default: "127.0.0.1:80", help: "Where to listen.")
        _ = reader.secret("CADENZA_KEY", default: Secret("hunter2"))
        _ = reader.optionalString("CADENZA_NOTE")
        _ = reader.double("CADENZA_SHARE", in: 0...1)
        #expect(
            reader.described == """
                  CADENZA_LISTEN  (host:port; default 127.0.0.1:80)
                      Where to listen.
                  CADENZA_KEY  (secret; default ***)
                  CADENZA_NOTE  (text; optional)
                  CADENZA_SHARE  (number, 0.0 to 1.0; required)
                """)
    }

    @Test(
        "Durations come in two notations",
        arguments: [("PT1M30S", 90_000), ("500ms", 500), ("30s", 30_000), ("5m", 300_000), ("2h", 7_200_000)])
    func durations(text: String, milliseconds: Int64) {
        var reader = ConfigurationReader(environment: ["CADENZA_D": text])
        #expect(reader.duration("CADENZA_D").wholeMilliseconds == milliseconds)
    }

    @Test("Endpoints may be IPv6, in brackets")
    func endpoints() {
        #expect(Endpoint("[::1]:80") == Endpoint(host: "::1", port: 80))
        #expect(Endpoint("[::1]:80")?.description == "[::1]:80")
        #expect(Endpoint("::1:80") == nil)
        #expect(Endpoint("host") == nil)
        #expect(Endpoint("host:99999") == nil)
    }

    @Test("A secret hides in descriptions, dumps and whatever holds it")
    func secrets() {
        struct Holder { let secret = Secret("hunter2") }
        var dumped = ""
        dump(Holder(), to: &dumped)
        #expect(!"\(Holder()) \(String(reflecting: Holder())) \(dumped)".contains("hunter2"))
    }

    @Test("A file that is no object is one fault")
    func badFile() {
        let reader = ConfigurationReader(environment: [:], file: [1])
        #expect(throws: ConfigurationError.self) { try reader.finish() }
    }
}
