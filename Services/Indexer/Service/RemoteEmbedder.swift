import Core
import HTTP

/// Vectors from an endpoint with OpenAI's embeddings API (`POST <base>/embeddings`).
struct RemoteEmbedder: Embedder {
    let client: ResilientClient
    let baseURL: String
    let key: String?
    var model: String

    var name: String { "openai:\(model)" }
    var isBought: Bool { true }

    func embed(_ texts: [String], idempotencyKey: String?) async throws -> Embedding {
        let body: JSON = ["model": .string(model), "input": .array(texts.map(JSON.string)), "encoding_format": "float"]
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if let key { headers.add("Authorization", "Bearer \(key)") }
        if let idempotencyKey { headers.add("Idempotency-Key", idempotencyKey) }
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await client.send(
                HTTPClientRequest(
                    method: "POST", url: baseURL + "/embeddings", headers: headers, body: body.bytes(),
                    timeout: .seconds(60)))
        } catch {
            if error.kind == .cancelled { throw CancellationError() }
            throw EmbeddingError(
                reason: "the embeddings endpoint: \(error)", isRetriable: true,
                status: error.isTimeout ? 504 : 502)
        }
        guard response.isSuccess else {
            throw EmbeddingError(
                reason: "the embeddings endpoint answered \(response.status)", isRetriable: true,
                status: response.status)
        }
        return try Self.embedding(response.body, count: texts.count)
    }

    /// Reads the answer; the vectors come with their index and may be in any order.
    static func embedding(_ body: [UInt8], count: Int) throws -> Embedding {
        func malformed(_ what: String) -> EmbeddingError {
            EmbeddingError(reason: "the embeddings endpoint's answer has \(what)", isRetriable: true)
        }
        let answer = try? JSON(parsing: body)
        guard let items = answer?["data"]?.array, items.count == count else {
            throw malformed("not one vector for each text")
        }
        var vectors = [[Float]](repeating: [], count: count)
        for item in items {
            guard let index = item["index"]?.int, vectors.indices.contains(index),
                let numbers = item["embedding"]?.array?.map(\.double), !numbers.contains(nil)
            else { throw malformed("a vector without its place or numbers") }
            vectors[index] = numbers.map { Float($0!) }
        }
        guard let length = vectors.first?.count, length > 0, vectors.allSatisfy({ $0.count == length }) else {
            throw malformed("vectors of different lengths")
        }
        let tokens = answer?["usage"]?["prompt_tokens"]?.int ?? 0
        return Embedding(vectors: vectors, inputTokens: max(0, tokens))
    }
}
