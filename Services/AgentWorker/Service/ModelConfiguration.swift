import Configuration
import Core

/// How to reach the language model.
struct ModelConfiguration: Sendable {
    var baseURL: String
    var apiKey: Secret?
    var model: String
    var timeout: Duration

    init(_ reader: inout ConfigurationReader) {
        baseURL = reader.string(
            "CADENZA_LLM_BASE_URL", default: "http://127.0.0.1:18090/v1",
            help: "An OpenAI-compatible server; chat/completions is asked below it.")
        apiKey = reader.optionalSecret("CADENZA_LLM_API_KEY", help: "Sent as a bearer token.")
        model = reader.string("CADENZA_LLM_MODEL", default: "cadenza-rules", help: "For agents that name none.")
        timeout = reader.duration("CADENZA_LLM_TIMEOUT", default: .seconds(120), help: "For one answer.")
        if !baseURL.hasPrefix("http://"), !baseURL.hasPrefix("https://") {
            reader.fault("CADENZA_LLM_BASE_URL", "does not begin with http:// or https://")
        }
    }

    /// Where completions are asked for.
    var completions: String {
        var base = baseURL
        while base.hasSuffix("/") { base.removeLast() }
        return base + "/chat/completions"
    }
}
