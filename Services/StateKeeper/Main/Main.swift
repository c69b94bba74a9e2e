import ServiceKit
import StateKeeper

@main
enum Main {
    static func main() async {
        await ServiceKit.run(
            name: "state", summary: "the history of every execution, chained and verifiable", schema: "state",
            migrations: StateKeeperService.migrations, adminPort: 18186
        ) { reader in
            AuditPlan(&reader)
        } services: { context, audit in
            StateKeeperService.members(context, audit)
        }
    }
}
