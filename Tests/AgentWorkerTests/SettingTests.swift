import Configuration
import Core
import Testing

@testable import AgentWorker

@Suite("What operators set")
struct SettingTests {
    @Test("The MCP servers that may be started are commands with their words; none by default")
    func commands() throws {
        func read(_ environment: [String: String]) throws -> [[String]] {
            var reader = ConfigurationReader(environment: environment)
            let configuration = AgentWorkerConfiguration(&reader)
            try reader.finish()
            return configuration.mcpCommands
        }
        #expect(try read([:]) == [])
        let text = " /opt/mcp/files  --read-only, python3 /opt/mcp/claims.py,, "
        #expect(
            try read(["CADENZA_MCP_STDIO_ALLOW": text])
                == [["/opt/mcp/files", "--read-only"], ["python3", "/opt/mcp/claims.py"]])
    }
}
