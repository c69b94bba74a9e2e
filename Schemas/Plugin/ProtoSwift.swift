import Foundation
import PackagePlugin

/// Generates Swift from .proto files: those in the target's own folder, or else all of `Schemas/`.
@main
struct ProtoSwift: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let target = target as? any SourceModuleTarget else { return [] }
        let own = protos(under: target.directoryURL)
        let root = own.isEmpty ? context.package.directoryURL.appending(path: "Schemas") : target.directoryURL
        let files = own.isEmpty ? protos(under: root.appending(path: "cadenza")) : own
        let generator = try context.tool(named: "protoc-gen-cadenza").url
        let out = context.pluginWorkDirectoryURL
        let packages = try Set(files.map { try package(of: $0) }).sorted()
        return [
            .buildCommand(
                displayName: "Generating \(target.name) from \(files.count) schemas",
                executable: URL(filePath: "/usr/bin/protoc"),
                arguments: [
                    "--proto_path=\(root.path)", "--plugin=protoc-gen-cadenza=\(generator.path)",
                    "--cadenza_out=\(out.path)",
                ] + files.map(\.path),
                inputFiles: files + [generator],
                outputFiles: packages.map { out.appending(path: namespace($0) + ".pb.swift") })
        ]
    }

    private func protos(under folder: URL) -> [URL] {
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
        return (all ?? []).filter { $0.pathExtension == "proto" }.sorted { $0.path < $1.path }
    }

    /// What the file's `package` line says.
    private func package(of file: URL) throws -> String {
        let text = try String(contentsOf: file, encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("package ") } ?? ""
        return line.dropFirst("package ".count).prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
    }

    /// The same rule as the generator's: `cadenza.orchestrator.v1` is `OrchestratorV1`.
    private func namespace(_ package: String) -> String {
        var parts = package.split(separator: ".").map(String.init)
        if parts.count > 1, parts.first == "cadenza" { parts.removeFirst() }
        return parts.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
