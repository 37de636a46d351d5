"""A collector: takes spans by OTLP over HTTP and decodes them with OpenTelemetry's own messages."""

import gzip
import http.server
import threading

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


def value(any_value):
    return getattr(any_value, any_value.WhichOneof("value"))


class Received:
    """A span, and who sent it."""

    def __init__(self, resource, span):
        self.resource = {attribute.key: value(attribute.value) for attribute in resource.attributes}
        self.attributes = {attribute.key: value(attribute.value) for attribute in span.attributes}
        self.name, self.kind = span.name, Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_")
        self.trace, self.id, self.parent = span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex()
        self.seconds = (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9
        self.failed = span.status.code == 2

    @property
    def service(self):
        return self.resource["service.name"]

    @property
    def pid(self):
        return self.resource["process.pid"]

    def __repr__(self):
        return f"{self.service}: {self.name} ({self.kind}) {self.id} in {self.parent or 'nothing'}"


class Collector:
    """Keeps every span that it gets. It may refuse them for a while."""

    def __init__(self):
        self.spans, self.headers, self.status, self.refused = [], [], 200, 0
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                if collector.status == 200:
                    assert self.path == "/v1/traces" and self.headers["Content-Type"] == "application/x-protobuf"
                    collector.take(ExportTraceServiceRequest.FromString(body))
                    collector.headers.append(dict(self.headers))
                else:
                    collector.refused += 1
                self.send_response(collector.status)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, request):
        for of_resource in request.resource_spans:
            for of_scope in of_resource.scope_spans:
                self.spans += [Received(of_resource.resource, span) for span in of_scope.spans]

    def trace(self, trace):
        return [span for span in list(self.spans) if span.trace == trace]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
