import Core

extension MCPFunction {
    /// The call of a server that is started for it. Throws when the operator does not allow its command.
    func local(_ call: MCPCall, _ server: JSON, _ context: FunctionContext) throws(FunctionError) -> PreparedCall {
        let work = try ProcessFunction.Work(server: server)
        let rules = outside.settings.localServers
        if rules.isEmpty {
            throw .nothing(.configuration, .switchedOff, "MCP servers as local processes are switched off")
        }
        guard rules.contains(where: { $0.allows(work) }) else {
            throw .nothing(
                .authorization, .switchedOff,
                "the operator does not allow the MCP server \(work.command[0].prefix(80)) so"
            )
        }
        var settings = outside.settings.processes
        if settings.confinement == .off { settings.confinement = .sandboxed }
        let (limit, time) = (
            outside.settings.largestAnswer, try outside.left(context, min(settings.time, call.timeout ?? settings.time))
        )
        let process = ConfinedProcess(work, settings)
        return PreparedCall(call.effect) { () async throws(FunctionError) in
            let said: MCPDialogue
            do throws(FunctionError) {
                said = try await process.run(MCPDialogue(call), limit: limit, within: time)
            } catch {
                throw Self.runtime(error)
            }
            return try said.result()
        }
    }

    /// Whatever kept a server from answering is a `runtime` error; it may have done what it was asked for.
    private static func runtime(_ error: FunctionError) -> FunctionError {
        guard case .fault(var fault, let reach) = error else { return error }
        let standard = Fault.Standard.runtime
        (fault.type, fault.title) = (standard.type, standard.rawValue)
        return .fault(fault, reach == .answered ? .unknown : reach)
    }
}
