import Configuration
import Core
import Functions
import Testing

@testable import AgentWorker

@Suite("What operators set")
struct SettingTests {
    private func read(_ environment: [String: String]) throws -> AgentWorkerConfiguration {
        var reader = ConfigurationReader(environment: environment)
        let configuration = AgentWorkerConfiguration(&reader)
        try reader.finish()
        return configuration
    }

    @Test("The MCP servers that may be started are commands with their words; none by default")
    func servers() throws {
        #expect(try read([:]).localServers == [])
        let text = " /opt/mcp/files  --read-only, TOKEN= LANG= python3 /opt/mcp/claims.py"
        let servers = try read(["CADENZA_MCP_STDIO_ALLOW": text]).localServers
        #expect(servers.map(\.command) == [["/opt/mcp/files", "--read-only"], ["python3", "/opt/mcp/claims.py"]])
        #expect(servers.map(\.variables) == [[], ["TOKEN", "LANG"]])
        #expect(throws: (any Error).self) { try read(["CADENZA_MCP_STDIO_ALLOW": "a, TOKEN="]) }
    }
}
