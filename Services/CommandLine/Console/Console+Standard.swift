import FoundationEssentials
import Glibc

extension Console {
    /// Standard output and error; in colours when standard error is a terminal and NO_COLOR is not set.
    public static var standard: Console {
        let environment = ProcessInfo.processInfo.environment
        return Console(
            print: { write($0 + "\n", to: STDOUT_FILENO) }, note: { write($0 + "\n", to: STDERR_FILENO) },
            isColoured: isatty(STDERR_FILENO) == 1 && environment["NO_COLOR", default: ""].isEmpty,
            environment: environment)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                // A closed pipe ends the program by its signal; what else fails cannot be told to anybody.
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
