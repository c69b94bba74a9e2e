/// What the command line and the environment ask for.
public enum CommandLineOptions: Equatable, Sendable {
    case help
    /// A sentence that says what is wrong.
    case wrong(String)
    case run(LocalBrokerConfiguration)

    /// What `--help` prints.
    public static let usage = """
        local-broker: a durable single-node broker that speaks the Kafka protocol

        Usage: local-broker --data DIR [--listen HOST:PORT] [options]

          --data DIR              keeps everything in DIR, which is made if need be  CADENZA_BROKER_DATA
          --listen HOST:PORT      takes clients there; port 0 takes any free port    CADENZA_BROKER_LISTEN
                                  default 127.0.0.1:9092; 0.0.0.0 lets other machines in, without any password
          --advertise HOST:PORT   what clients are told to connect to                CADENZA_BROKER_ADVERTISE
                                  default: the address that they came by
          --partitions N          partitions of a topic made without saying how many CADENZA_BROKER_PARTITIONS
          --auto-create           makes a topic when a client asks for it (=true)    CADENZA_BROKER_AUTO_CREATE
          --retention-check SEC   seconds between two looks for old segments, 30     CADENZA_BROKER_RETENTION_CHECK
          --journal-bytes N       size of each of the journal's two files, 16777216; CADENZA_BROKER_JOURNAL_BYTES
                                  0 for no journal: then each log is synced itself
          --help                  prints this

        A message is acknowledged when it is on the disk (fdatasync), for acks=1 as for acks=all. SIGTERM stops cleanly;
        after kill -9 or a power cut the broker cuts a torn end off its logs and loses nothing that it acknowledged.
        There is no replication, no TLS, no passwords and there are no transactions. For those point the same clients at
        Apache Kafka.

        Try it:
          local-broker --data /tmp/broker --listen 127.0.0.1:9092 --auto-create &
          echo hello | kcat -b 127.0.0.1:9092 -t greetings -P
          kcat -b 127.0.0.1:9092 -t greetings -C -o beginning -e
        """

    /// Reads `arguments`, which win over the environment.
    public static func parse(_ arguments: [String], environment: (String) -> String?) -> CommandLineOptions {
        var values: [String: String] = [:]
        for (option, name) in variables { values[option] = environment(name) }
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--help", "-h": return .help
            case "--auto-create": values["--auto-create"] = "true"
            default:
                let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
                let option = parts.first ?? ""
                guard variables.contains(where: { $0.option == option }) else {
                    return .wrong("unknown option \(argument)")
                }
                guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
                    return .wrong("\(option) needs a value")
                }
                values[option] = value
            }
        }
        return configure(values)
    }

    private static let variables: [(option: String, name: String)] = [
        ("--data", "CADENZA_BROKER_DATA"), ("--listen", "CADENZA_BROKER_LISTEN"),
        ("--advertise", "CADENZA_BROKER_ADVERTISE"), ("--partitions", "CADENZA_BROKER_PARTITIONS"),
        ("--auto-create", "CADENZA_BROKER_AUTO_CREATE"), ("--retention-check", "CADENZA_BROKER_RETENTION_CHECK"),
        ("--journal-bytes", "CADENZA_BROKER_JOURNAL_BYTES"),
    ]

    private static func configure(_ values: [String: String]) -> CommandLineOptions {
        guard let data = values["--data"], !data.isEmpty else {
            return .wrong("say where to keep the data: --data DIR or CADENZA_BROKER_DATA")
        }
        var configuration = LocalBrokerConfiguration(dataFolder: data)
        if let text = values["--listen"] {
            guard let address = address(text) else { return .wrong("--listen wants HOST:PORT, not \(text)") }
            (configuration.host, configuration.port) = address
        }
        if let text = values["--advertise"] {
            guard let address = address(text) else { return .wrong("--advertise wants HOST:PORT, not \(text)") }
            (configuration.advertisedHost, configuration.advertisedPort) = address
        }
        if let text = values["--partitions"] {
            guard let count = Int(text), (1...1024).contains(count) else {
                return .wrong("--partitions wants 1 to 1024, not \(text)")
            }
            configuration.partitions = count
        }
        if let text = values["--retention-check"] {
            guard let seconds = Int64(text), (1...86_400).contains(seconds) else {
                return .wrong("--retention-check wants seconds, 1 to 86400, not \(text)")
            }
            configuration.retentionInterval = seconds * 1000
        }
        if let text = values["--journal-bytes"] {
            guard let bytes = Int(text), bytes == 0 || (65_536...1 << 30).contains(bytes) else {
                return .wrong("--journal-bytes wants 65536 to 1073741824, or 0, not \(text)")
            }
            configuration.journalSegmentBytes = bytes
        }
        if let text = values["--auto-create"] {
            guard text == "true" || text == "false" else { return .wrong("auto-create is true or false, not \(text)") }
            configuration.createsTopics = text == "true"
        }
        return .run(configuration)
    }

    private static func address(_ text: String) -> (String, UInt16)? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        let host = String(text[..<colon])
        return host.isEmpty ? nil : (host, port)
    }
}
