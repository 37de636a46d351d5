"""Metrics and spans over TLS, to a collector whose certificate goes back to an authority that the test has made."""

import contextlib
import http.server
import threading

import pytest

from certificates import Authority, server_context
from conftest import BIN, CRYPTOFUNK, call_tool, free_port, get, wait_for
from otlp import Collector

EXPORTING = str(BIN / "exporting")
SOON = {"OTEL_METRIC_EXPORT_INTERVAL": 100, "OTEL_BSP_SCHEDULE_DELAY": 100, "OTEL_EXPORTER_OTLP_TIMEOUT": 5000}


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def collect():
    with contextlib.ExitStack() as stack:
        yield lambda tls: stack.enter_context(contextlib.closing(Collector(tls=tls)))


def arrive(port, collector):
    """Whether a call is counted and traced at the collector."""
    def counted():
        call_tool(port, "echo", text="abc")
        return collector.exports and "exporting_echoed_characters_total" in collector.metrics() and collector.spans

    wait_for(counted, "metrics and spans")
    assert {span.name for span in collector.spans} >= {"tools/call echo"} and collector.resource()["service.name"] == "exporting"


def test_metrics_and_spans_arrive_at_a_collector_of_a_private_authority(serve, collect, authority):
    collector = collect(server_context(authority.sign("collector", "127.0.0.1")))
    port = serve(EXPORTING, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, OTEL_EXPORTER_OTLP_CERTIFICATE=authority.certificate, **SOON)
    arrive(port, collector)


def test_what_the_system_trusts_is_trusted(serve, collect, authority):
    collector = collect(server_context(authority.sign("collector", "127.0.0.1")))
    arrive(serve(EXPORTING, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, SSL_CERT_FILE=authority.certificate, **SOON), collector)


def test_a_collector_may_ask_who_sends(start, serve, collect, authority):
    collector = collect(server_context(authority.sign("collector", "127.0.0.1"), clients=authority))
    client = authority.sign("client")
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_EXPORTER_OTLP_CERTIFICATE": authority.certificate, **SOON}
    # Without a certificate, nothing is taken, and the server serves.
    port = serve(EXPORTING, **environment)
    call_tool(port, "echo", text="abc")
    assert not collector.exports and not collector.spans
    own = {"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": client.certificate, "OTEL_EXPORTER_OTLP_CLIENT_KEY": client.key}
    arrive(serve(EXPORTING, **environment, **own), collector)


@pytest.mark.parametrize("why", ["another authority", "another address"])
def test_a_collector_that_is_not_trusted_gets_nothing(start, collect, authority, tmp_path, why):
    trusted = Authority(tmp_path, "another") if why == "another authority" else authority
    collector = collect(server_context(authority.sign("collector", "127.0.0.2" if why == "another address" else "127.0.0.1")))
    port = free_port()
    # CryptoFunk's servers log; they name the collector and the reason once.
    process = start(CRYPTOFUNK, "technical-indicators", METRICS_PORT=port, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
                    OTEL_EXPORTER_OTLP_CERTIFICATE=trusted.certificate, **SOON)
    wait_for(lambda: get(f"http://127.0.0.1:{port}/health")[0] == 200, "the server")
    call_tool(port, "calculate_ema", prices=[1.0, 2.0, 3.0], period=2)
    wait_for(lambda: f"cannot send traces to {collector.url}: " in process.output(), "the failure to be told")
    wait_for(lambda: f"cannot export metrics to {collector.url}/v1/metrics: invalid peer certificate" in process.output(), "the reason")
    assert not collector.exports and not collector.spans and get(f"http://127.0.0.1:{port}/health")[0] == 200


@pytest.mark.parametrize("variable, file, reason", [
    ("OTEL_EXPORTER_OTLP_CERTIFICATE", "missing.pem", "No such file"),
    ("OTEL_EXPORTER_OTLP_CERTIFICATE", "ca-key.pem", "it has no certificate"),
    ("OTEL_EXPORTER_OTLP_CLIENT_KEY", "ca-key.pem", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE is not"),
])
def test_a_file_that_cannot_be_used_is_an_error_at_the_start(start, authority, tmp_path, variable, file, reason):
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://127.0.0.1:1", "OTEL_EXPORTER_OTLP_CERTIFICATE": authority.certificate, variable: tmp_path / file}
    process = start(EXPORTING, METRICS_PORT=0, **environment)
    assert process.popen.wait(20) == 1
    assert "cannot use TLS: " in process.output() and variable in process.output() and reason in process.output()
    # Metrics alone, for a program that sends no spans.
    process = start(EXPORTING, METRICS_PORT=0, OTEL_TRACES_EXPORTER="none", **environment)
    assert process.popen.wait(20) == 1 and "cannot use TLS: " in process.output()


def test_a_pushgateway_may_speak_tls(serve, authority):
    pushed = threading.Event()

    class Gateway(http.server.BaseHTTPRequestHandler):
        def do_PUT(self):
            if b"cryptofunk_mcp" in self.rfile.read(int(self.headers["Content-Length"])):
                pushed.set()
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    context = server_context(authority.sign("gateway", "127.0.0.1"))
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    serve(CRYPTOFUNK, "technical-indicators", METRICS_PUSH_URL=f"https://127.0.0.1:{server.server_port}", SSL_CERT_FILE=authority.certificate)
    assert pushed.wait(30)
    server.shutdown()
    server.server_close()
