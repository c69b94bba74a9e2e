import Indexer
import ServiceKit

@main
enum Main {
    static func main() async {
        await ServiceKit.run(
            name: "rag-indexer", summary: "documents into passages, and passages for questions", schema: "knowledge",
            migrations: IndexerService.migrations, adminPort: 18184, plans: IndexerService.plans
        ) { reader in
            IndexerConfiguration(&reader)
        } services: { context, configuration in
            IndexerService.members(context, configuration)
        }
    }
}
