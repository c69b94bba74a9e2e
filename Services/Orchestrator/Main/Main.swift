import Orchestrator

@main
enum Main {
    static func main() async { await OrchestratorService.run() }
}
