import ServiceKit
import StateKeeper

@main
enum Main {
    static func main() async {
        await ServiceKit.run(
            name: "state", summary: "the history of every execution, chained and verifiable", schema: "state",
            migrations: StateKeeperService.migrations, adminPort: 18186
        ) { _ in
        } services: { context, _ in
            StateKeeperService.members(context)
        }
    }
}
