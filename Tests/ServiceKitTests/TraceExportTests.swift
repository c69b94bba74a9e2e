import Core
import Glibc
import HTTP
import Lifecycle
import Telemetry
import TestKit
import Testing

@testable import ServiceKit

/// Takes OTLP over HTTP with JSON as the official schema defines it: an unknown field is answered by 400.
private let receiver = """
    import json, sys
    from http.server import ThreadingHTTPServer, BaseHTTPRequestHandler
    from google.protobuf.json_format import Parse, MessageToDict
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
    got = []
    class Handler(BaseHTTPRequestHandler):
        def answer(self, status, body=b""):
            self.send_response(status); self.send_header("content-length", str(len(body))); self.end_headers()
            self.wfile.write(body)
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.path != "/v1/traces": return self.answer(404)
            try: got.append(MessageToDict(Parse(body, ExportTraceServiceRequest())))
            except Exception: return self.answer(400)
            self.answer(200)
        def do_GET(self): self.answer(200, json.dumps(got).encode())
        def log_message(self, *_): pass
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
    """

@Suite("Export of traces", .timeLimit(.minutes(5)))
struct TraceExportTests {
    @Test("The official OTLP schema takes our spans; the last ones go out during the drain")
    func official() async throws {
        let port = try freePort()
        let server = try await TestServers.shared.blocking {
            let python = PythonTools.folder + "/bin/python"
            return try TestProcess.server(python, ["-c", receiver, String(port)], log: "/dev/null").process
        }
        let http = HTTPClient()
        let base = "http://127.0.0.1:\(port)"
        try await eventually("the receiver listens") { (try? await http.send(HTTPClientRequest(url: base))) != nil }

        let exporter = TraceExport.exporter(to: base + "/", over: http)
        let tracer = Tracer(service: "demo", instance: "demo-1", exporter: exporter)
        let now = Instant(milliseconds: 1_800_000_000_000)
        let root = tracer.span(
            "root", kind: .server, attributes: [.status: 200, .path: "/x", .lag: 0.5, .outcome: true], start: now,
            end: now + .seconds(1), status: .ok)
        tracer.span("child", parent: root, start: now, end: now, status: .failed("timeout"))
        let shutdown = Shutdown()
        shutdown.request()
        try await TraceExport(tracer: tracer, logger: .silent).run(shutdown)

        let got = try JSON(parsing: try await http.send(HTTPClientRequest(url: base)).body)
        let spans = got[0]?["resourceSpans"]?[0]?["scopeSpans"]?[0]?["spans"]
        #expect(tracer.dropped == 0)
        #expect(spans?.array?.map { $0["name"] } == ["root", "child"])
        #expect(spans?[0]?["kind"] == "SPAN_KIND_SERVER")
        #expect(spans?[1]?["status"]?["code"] == "STATUS_CODE_ERROR")
        #expect(spans?[1]?["parentSpanId"] == spans?[0]?["spanId"])
        try await TestServers.shared.blocking { server.stop() }
    }

    @Test("Without an endpoint nothing is exported")
    func off() { #expect(TraceExport.exporter(to: nil, over: HTTPClient()) == nil) }
}
