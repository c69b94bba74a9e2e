import Core
import HTTP
import Workflow

extension Outside {
    /// What a document's bytes may be.
    private static let largestDocument = 8 << 20

    /// A JSON or YAML document, from the cache while it is fresh. Throws a fault when it cannot be had or read.
    func document(_ request: OutsideRequest, _ context: FunctionContext) async throws(FunctionError) -> JSON {
        let now = clock.now()
        let key = DocumentCache.Key(url: request.url, credentials: request.credentials)
        if let known = documents.find(key, at: now) { return known }
        let bytes = try await resource(request, context)
        guard let document = Self.parsed(bytes) else {
            throw .nothing(.configuration, .badDocument, "the document is neither JSON nor YAML")
        }
        documents.keep(document, for: key, until: now + settings.documentLifetime, now: now)
        return document
    }

    /// The bytes at an address. Nothing was changed by fetching them, so a failure of it is one of nothing.
    func resource(_ request: OutsideRequest, _ context: FunctionContext) async throws(FunctionError) -> [UInt8] {
        var request = request
        request.acceptsRedirect = true
        let response: HTTPClientResponse
        do throws(FunctionError) { response = try await exchange(request, context) } catch {
            guard let fault = error.fault else { throw error }
            throw .fault(fault, .nothing)
        }
        guard response.isSuccess else {
            throw .fault(
                Fault(
                    .communication, .badDocument, "the resource's server answered by \(response.status)",
                    status: response.status), .nothing)
        }
        return response.body
    }

    private static func parsed(_ bytes: [UInt8]) -> JSON? {
        if let value = try? JSON(parsing: bytes) { return value }
        let value = (try? DefinitionSource(parsing: bytes, limit: largestDocument))?.document
        return value?.object == nil ? nil : value
    }
}
