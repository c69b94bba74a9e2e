import Core
import GatewayDomain
import HTTP

extension GatewayAPI {
    var accountRoutes: [APIRoute] {
        [
            .get("/v1/me", "Who the key belongs to") { request in
                try request.checkQuery([])
                return .json([
                    "tenant": .string(request.tenant), "name": .string(request.caller.name),
                    "roles": .array(request.caller.roles.map { .string($0) }),
                ])
            }
        ]
    }
}
