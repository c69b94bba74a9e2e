import CommandLineDomain
import CommandLineTool
import Glibc

@main
enum Main {
    static func main() async {
        let status = await Cadenza.run(Array(CommandLine.arguments.dropFirst()), .standard)
        exit(status.rawValue)
    }
}
