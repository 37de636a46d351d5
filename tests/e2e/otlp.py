"""A collector: takes metrics and spans by OTLP over HTTP and decodes them with OpenTelemetry's own messages."""

import gzip
import http.server
import threading

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


def value(any_value):
    return getattr(any_value, any_value.WhichOneof("value"))


def values(attributes):
    return {attribute.key: value(attribute.value) for attribute in attributes}


def labels(point):
    return values(point.attributes)


def points(metric):
    return getattr(metric, metric.WhichOneof("data")).data_points


def number(point):
    return point.as_int if point.WhichOneof("value") == "as_int" else point.as_double


class Received:
    """A span, and who sent it."""

    def __init__(self, resource, span):
        self.resource, self.attributes = values(resource.attributes), values(span.attributes)
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
    """Keeps every span that it gets, and the last metrics. It may refuse them for a while. With a context of `ssl`, it speaks TLS."""

    def __init__(self, port=0, tls=None):
        self.spans, self.headers, self.status, self.refused = [], [], 200, 0
        self.exports, self.last = 0, None
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                if collector.status == 200:
                    assert self.headers["Content-Type"] == "application/x-protobuf"
                    collector.headers.append(dict(self.headers))
                    collector.take(self.path, body)
                else:
                    collector.refused += 1
                self.send_response(collector.status)
                self.send_header("Content-Type", "application/x-protobuf")
                # The answer to what was taken as a whole has no fields.
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, request, address):
                # A client that does not trust this one.
                if not tls:
                    super().handle_error(request, address)

        self.server = Server(("127.0.0.1", port), Handler)
        if tls:
            # The handshake is part of the first read, and so holds up nobody else.
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_port
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, path, body):
        if path == "/v1/metrics":
            self.last = ExportMetricsServiceRequest.FromString(body)
            self.exports += 1
            return
        assert path == "/v1/traces", path
        for of_resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for of_scope in of_resource.scope_spans:
                self.spans += [Received(of_resource.resource, span) for span in of_scope.spans]

    def trace(self, trace):
        return [span for span in list(self.spans) if span.trace == trace]

    def metrics(self):
        return {metric.name: metric for all in self.last.resource_metrics for scope in all.scope_metrics for metric in scope.metrics}

    def resource(self):
        return values(self.last.resource_metrics[0].resource.attributes)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
