import Client
import CommandLineDomain
import Core
import HTTP

/// What all commands that speak with the gateway have in common.
struct APIOptions {
    static let options: [CommandForm.Option] = [
        .init("url", "URL", "The gateway; CADENZA_URL, or http://127.0.0.1:18080."),
        .init("key", "KEY", "The API key; better in CADENZA_API_KEY, where others do not see it."),
        .init("json", nil, "Prints the answer as JSON."),
    ]

    let isJSON: Bool
    private let client: GatewayClient

    init(_ arguments: ArgumentValues, _ console: Console) {
        let url = arguments["url"] ?? console.environment["CADENZA_URL"] ?? "http://127.0.0.1:18080"
        let key = arguments["key"] ?? console.environment["CADENZA_API_KEY"]
        isJSON = arguments.has("json")
        client = GatewayClient(url: url, key: key)
    }

    /// What the gateway answers. Throws `CommandFailure`.
    func ask<Answer>(_ question: (GatewayClient) async throws(ClientError) -> Answer) async throws(CommandFailure)
        -> Answer
    {
        do {
            return try await question(client)
        } catch {
            throw CommandFailure(description: error.description, status: .refused)
        }
    }
}
