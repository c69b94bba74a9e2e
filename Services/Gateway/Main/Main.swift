import Gateway
import ServiceKit

@main
enum Main {
    static func main() async {
        await ServiceKit.run(
            name: "gateway", summary: "The HTTP API: takes requests in, answers from its own read model.",
            schema: "gateway", migrations: GatewayMigrations.all, adminPort: 18180,
            configure: { reader in GatewayConfiguration(&reader) },
            services: { context, configuration in try await GatewayService.members(context, configuration) })
    }
}
