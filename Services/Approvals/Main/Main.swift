import Approvals

@main
enum Main {
    static func main() async { await ApprovalsService.run() }
}
