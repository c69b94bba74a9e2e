import PolicyGuard

@main
enum Main {
    static func main() async { await PolicyService.run() }
}
