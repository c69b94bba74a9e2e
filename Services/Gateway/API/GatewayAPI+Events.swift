import Core
import GatewayDomain
import HTTP
import Messaging

extension GatewayAPI {
    private static let structured = "application/cloudevents+json"

    var eventRoutes: [APIRoute] {
        [
            .post(
                "/v1/events", "Take in a CloudEvent 1.0, structured or binary",
                body: [Self.structured, "*/*"], success: [202]
            ) { request in
                try request.checkQuery([])
                let event = try Self.read(request)
                return try await once(request) { _, announcer in
                    announcer.forward(event)
                    announcer.audit(
                        "event.ingest", "event", event.id, id: "\(event.source)/\(event.id)/audit",
                        ["type": .string(event.type), "source": .string(event.source)])
                    return APIAnswer(
                        status: 202, body: ["id": .string(event.id), "source": .string(event.source)])
                }
            }
        ]
    }

    private static func read(_ request: APIRequest) throws(Refusal) -> IncomingEvent {
        let result: Result<IncomingEvent, RequestFaults>
        if request.mediaType == structured {
            guard let body = try? JSON(parsing: request.http.body) else {
                throw Refusal(
                    400, .malformedJSON, "The body is not JSON", "A structured CloudEvent is one JSON object.",
                    "Send one JSON object in UTF-8.")
            }
            result = IncomingEvent.structured(body)
        } else {
            let headers = request.http.headers
            result = IncomingEvent.binary(
                attribute: { headers["ce-\($0)"] },
                others: headers.fields.filter { $0.name.hasPrefix("ce-") }.map {
                    (String($0.name.dropFirst(3)), $0.value)
                },
                contentType: headers["content-type"], data: request.http.body)
        }
        switch result {
        case .success(let event): return event
        case .failure(let faults):
            throw Refusal(faults.list, code: .malformedEvent, title: "The event is no CloudEvent 1.0")
        }
    }
}
