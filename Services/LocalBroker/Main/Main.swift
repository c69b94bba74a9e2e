import Glibc
import LocalBroker

@main
enum Main {
    static func main() {
        switch CommandLineOptions.parse(Array(CommandLine.arguments.dropFirst()), environment: environment) {
        case .help: print(CommandLineOptions.usage)
        case .wrong(let reason):
            say(reason + "\nTry local-broker --help.")
            exit(2)
        case .run(let configuration):
            let failure = LocalBrokerService.run(configuration) { port in
                say("ready on \(configuration.host):\(port), data in \(configuration.dataFolder)")
            }
            if let failure {
                say(failure)
                exit(1)
            }
        }
    }

    private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static func say(_ text: String) {
        let line = [UInt8]("local-broker: \(text)\n".utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
