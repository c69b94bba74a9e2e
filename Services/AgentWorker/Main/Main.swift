import AgentWorker

@main
enum Main {
    static func main() async { await AgentWorkerService.run() }
}
