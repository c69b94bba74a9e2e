// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// A C library of the system: a module map and a shim, imported by its one wrapper only.
func library(_ name: String, pkgConfig: String? = nil, package: String) -> Target {
    .systemLibrary(name: name, path: "Shared/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// A shared module and, unless it says otherwise, its tests.
func shared(
    _ name: String, _ dependencies: [Target.Dependency], plugins: [Target.PluginUsage] = [],
    tests: [Target.Dependency]? = [], data: [String] = []
) -> [Target] {
    let module = Target.target(name: name, dependencies: dependencies, path: "Shared/\(name)", plugins: plugins)
    guard let tests else { return [module] }
    let core: [Target.Dependency] = name == "Core" ? [] : ["Core"]
    return [
        module, .testTarget(name: "\(name)Tests", dependencies: [.target(name: name)] + core + tests, exclude: data),
    ]
}

/// One service is always these targets: pure rules, the service around them, the program, and a test target for each
/// half.
func service(
    _ name: String, program: String, rooms: [String] = ["Service", "Store", "Events"], _ extra: [Target.Dependency] = []
) -> [Target] {
    let folder = "Services/\(name)"
    let standard: [Target.Dependency] = [
        "Core", "Lifecycle", "Configuration", "Telemetry", "ProtoWire", "Contracts", "Kafka", "Postgres", "Redis",
        "HTTP",
        "ObjectStore", "Messaging", "ServiceKit",
    ]
    return [
        .target(name: "\(name)Domain", dependencies: ["Core"], path: "\(folder)/Domain"),
        .target(
            name: name, dependencies: standard + extra + [.target(name: "\(name)Domain")], path: folder,
            exclude: ["Domain", "Main", "README.md"], sources: rooms, resources: [.embedInCode("Migrations")]),
        .executableTarget(
            name: program, dependencies: ["Core", "ServiceKit", .target(name: name)], path: "\(folder)/Main"),
        .testTarget(name: "\(name)DomainTests", dependencies: ["Core", .target(name: "\(name)Domain")]),
        .testTarget(
            name: "\(name)Tests",
            dependencies: standard + extra + ["TestKit", .target(name: "\(name)Domain"), .target(name: name)]),
    ]
}

let libraries: [Target] = [
    library("CKafka", pkgConfig: "rdkafka", package: "librdkafka-dev"),
    library("CPostgres", pkgConfig: "libpq", package: "libpq-dev"),
    library("CRedis", package: "libhiredis-dev"),
    library("CCurl", pkgConfig: "libcurl", package: "libcurl4-openssl-dev"),
    library("COpenSSL", pkgConfig: "openssl", package: "libssl-dev"),
    library("CMicrohttpd", pkgConfig: "libmicrohttpd", package: "libmicrohttpd-dev"),
    library("CYaml", pkgConfig: "yaml-0.1", package: "libyaml-dev"),
    library("CEpoll", package: "libc6-dev"),
    library("CChecksum", package: "libc6-dev"),
    .target(name: "CSimdjson", path: "Shared/CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
]

let modules: [Target] = [
    shared("Core", ["CSimdjson"]),
    shared("Lifecycle", ["Core"]),
    shared("Configuration", ["Core"]),
    shared("Telemetry", ["Core"]),
    shared("ProtoWire", [], tests: nil),
    shared("Contracts", ["Core", "ProtoWire"], plugins: ["ProtoSwift"], tests: ["ProtoWire"]),
    shared("Kafka", ["Core", "Lifecycle", "Telemetry", "CKafka"], tests: ["TestKit", "Lifecycle", "Telemetry"]),
    shared("Postgres", ["Core", "Lifecycle", "Telemetry", "CPostgres"], tests: ["TestKit", "Lifecycle", "Telemetry"]),
    shared("Redis", ["Core", "Lifecycle", "Telemetry", "CRedis"], tests: ["TestKit", "Lifecycle", "Telemetry"]),
    shared(
        "HTTP", ["Core", "Lifecycle", "Telemetry", "CMicrohttpd", "CCurl", "CEpoll"],
        tests: ["TestKit", "Lifecycle", "Telemetry"]),
    shared("ObjectStore", ["Core", "Lifecycle", "HTTP", "COpenSSL"], tests: ["TestKit", "HTTP"]),
    shared("DocumentText", ["Core", "Lifecycle"]),
    shared(
        "Messaging", ["Core", "Lifecycle", "Telemetry", "Kafka", "Postgres", "Contracts", "ProtoWire"],
        tests: ["TestKit", "Lifecycle", "Telemetry", "Kafka", "Postgres", "Contracts", "ProtoWire"]),
    shared("Patterns", []),
    shared("Cron", ["Core"]),
    shared("Expressions", ["Core", "Patterns"], data: ["Resources"]),
    shared("JSONSchema", ["Core", "Patterns"], data: ["Suite"]),
    shared(
        "Workflow", ["Core", "Expressions", "JSONSchema", "Patterns", "Cron", "CYaml"],
        tests: ["Expressions", "JSONSchema"], data: ["Graphs"]),
    shared("Engine", ["Core", "Expressions", "JSONSchema", "Workflow"], tests: ["Expressions", "Workflow"]),
    shared(
        "Runner", ["Core", "Expressions", "Cron", "Workflow", "Engine", "Functions"],
        tests: ["Expressions", "Workflow", "Engine"]),
    shared("Client", ["Core", "HTTP"], tests: ["HTTP"]),
    shared(
        "Functions", ["Core", "Lifecycle", "Expressions", "Workflow", "HTTP", "ObjectStore", "Kafka"],
        tests: ["TestKit", "HTTP", "Expressions", "Lifecycle", "Kafka", "ObjectStore"]),
    shared(
        "ServiceKit",
        [
            "Core", "Lifecycle", "Configuration", "Telemetry", "Contracts", "Kafka", "Postgres", "Redis", "HTTP",
            "ObjectStore",
            "Messaging",
        ], tests: ["TestKit", "Lifecycle", "Configuration", "Telemetry", "HTTP", "Kafka", "Postgres", "Messaging"]),
    shared(
        "TestKit",
        [
            "Core", "Lifecycle", "Configuration", "Telemetry", "Contracts", "Kafka", "Postgres", "Redis", "HTTP",
            "Messaging",
            "ObjectStore", "ProtoWire", "CKafka",
        ],
        tests: nil),
].flatMap { $0 }

let services: [Target] = [
    service("Gateway", program: "gateway", rooms: ["Service", "Store", "Events", "API"], ["Workflow"]),
    service("Orchestrator", program: "orchestrator", ["Cron", "Engine", "Workflow", "Expressions"]),
    service("AgentWorker", program: "agent-worker", ["DocumentText", "Functions", "Expressions", "JSONSchema"]),
    service("Approvals", program: "approvals"),
    service("Indexer", program: "rag-indexer", ["DocumentText"]),
    service("PolicyGuard", program: "policy", ["Expressions"]),
    service("StateKeeper", program: "state", ["Engine", "Workflow"]),
].flatMap { $0 }

let broker: [Target] = [
    .target(name: "LocalBrokerDomain", path: "Services/LocalBroker/Domain"),
    .target(
        name: "LocalBroker",
        dependencies: ["CChecksum", "CEpoll", "LocalBrokerDomain"],
        path: "Services/LocalBroker", exclude: ["Domain", "Main", "README.md"],
        sources: ["Protocol", "Service", "Store"]),
    .executableTarget(
        name: "local-broker", dependencies: ["LocalBroker"], path: "Services/LocalBroker/Main"),
    .testTarget(name: "LocalBrokerDomainTests", dependencies: ["LocalBrokerDomain"]),
    .testTarget(name: "LocalBrokerTests", dependencies: ["LocalBroker", "LocalBrokerDomain"]),
]

let commandLine: [Target] = [
    .target(name: "CommandLineDomain", dependencies: ["Core"], path: "Services/CommandLine/Domain"),
    .target(
        name: "CommandLineTool",
        dependencies: [
            "Core", "Expressions", "Workflow", "Engine", "Functions", "Runner", "HTTP", "ObjectStore", "Client",
            "CommandLineDomain",
        ], path: "Services/CommandLine", exclude: ["Domain", "Main", "README.md"], sources: ["Commands", "Console"]),
    .executableTarget(
        name: "cadenza", dependencies: ["CommandLineTool", "CommandLineDomain"], path: "Services/CommandLine/Main"),
    .testTarget(name: "CommandLineDomainTests", dependencies: ["Core", "CommandLineDomain"]),
    .testTarget(
        name: "CommandLineToolTests",
        dependencies: ["Core", "HTTP", "CommandLineDomain", "CommandLineTool", "TestKit"]),
]

let generator: [Target] = [
    .plugin(name: "ProtoSwift", capability: .buildTool(), dependencies: ["protoc-gen-cadenza"], path: "Schemas/Plugin"),
    .executableTarget(name: "protoc-gen-cadenza", dependencies: ["ProtoWire"], path: "Schemas/Generator"),
    .testTarget(
        name: "ProtoWireTests", dependencies: ["Core", "ProtoWire"], exclude: ["everything.proto"],
        plugins: ["ProtoSwift"]),
]

let suites: [Target] = [
    .testTarget(
        name: "ReferenceTests",
        dependencies: ["Core", "Cron", "Engine", "Expressions", "OrchestratorDomain", "Runner", "Workflow"]),
    .testTarget(name: "TidyTests", dependencies: ["Core"], exclude: ["allowed.txt"]),
    .testTarget(
        name: "ConformanceTests",
        dependencies: ["Core", "HTTP", "Expressions", "Workflow", "Engine", "Functions", "Runner"]),
]

/// The system under one seed: what stands in for the servers, and the runs themselves.
let simulation: [Target] = [
    .target(name: "SimulatedPostgres", dependencies: ["Core", "Postgres"], path: "Tests/Simulation/Postgres"),
    .testTarget(
        name: "SimulatedPostgresTests",
        dependencies: [
            "Core", "Lifecycle", "Kafka", "Contracts", "Postgres", "Messaging", "Workflow", "Engine", "TestKit",
            "ServiceKit", "SimulatedPostgres", "Orchestrator", "OrchestratorDomain", "AgentWorker",
            "AgentWorkerDomain", "Approvals", "ApprovalsDomain",
            "PolicyGuard", "PolicyGuardDomain", "StateKeeper", "StateKeeperDomain",
        ], path: "Tests/Simulation/PostgresTests"),
    .target(name: "CSimulation", path: "Tests/Simulation/Hooks"),
    .executableTarget(
        name: "simulation",
        dependencies: [
            "Core", "Lifecycle", "Configuration", "Telemetry", "ProtoWire", "Contracts", "Kafka", "Postgres", "Redis",
            "HTTP", "ObjectStore", "Messaging", "ServiceKit", "Engine", "Orchestrator", "AgentWorker", "Approvals",
            "PolicyGuard", "CSimulation", "SimulatedPostgres",
        ], path: "Tests/Simulation/Run"),
]

let benchmarks: [Target] = [
    .executableTarget(
        name: "cadenza-bench",
        dependencies: ["Core", "Lifecycle", "ProtoWire", "Contracts", "Kafka", "Postgres", "HTTP"],
        path: "benchmarks/Bench"),
    .testTarget(name: "BenchTests", dependencies: ["Core", "cadenza-bench"]),
    .target(name: "LibJQ", path: "benchmarks/LibJQ"),
    .executableTarget(
        name: "language-bench", dependencies: ["Core", "Expressions", "Workflow", "Engine", "LibJQ"],
        path: "benchmarks/Language"),
]

let package = Package(
    name: "cadenza",
    targets: libraries + modules + services + broker + commandLine + generator + suites + simulation + benchmarks,
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

for target in package.targets
where ![.system, .plugin].contains(target.type) && !["CSimdjson", "CSimulation", "LibJQ"].contains(target.name) {
    target.swiftSettings = strict
}

// Seeds are many, and few of them are looked at with a debugger.
for target in simulation where ["SimulatedPostgres", "simulation"].contains(target.name) {
    target.swiftSettings = strict + [.unsafeFlags(["-O"])]
}
