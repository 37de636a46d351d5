"""A real promtool and a real Prometheus, on both demo servers, in both formats."""

import http.server
import json
import subprocess
import threading
import urllib.request

import pytest

from conftest import CRYPTOFUNK, get, wait_for

SERVERS = ["technical-indicators", "risk-analyzer"]


@pytest.mark.parametrize("server", SERVERS)
def test_promtool_finds_nothing(server, serve):
    _, _, body = get(f"http://127.0.0.1:{serve(CRYPTOFUNK, server)}/metrics")
    done = subprocess.run(["promtool", "check", "metrics"], input=body, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def text_format_only(port):
    """Forwards scrapes without their wish for OpenMetrics: this Prometheus cannot be told to ask for text."""

    class Forward(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            request = urllib.request.Request(f"http://127.0.0.1:{port}{self.path}", headers={"Accept": "text/plain;version=0.0.4"})
            with urllib.request.urlopen(request) as response:
                body = response.read()
                self.send_response(200)
                self.send_header("Content-Type", response.headers["Content-Type"])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Forward)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def test_prometheus_scrapes_both_formats(serve, prometheus):
    ports = {server: serve(CRYPTOFUNK, server) for server in SERVERS}
    proxies = {server: text_format_only(port) for server, port in ports.items()}
    targets = [f"127.0.0.1:{port}" for port in ports.values()]
    text_targets = [f"127.0.0.1:{proxy.server_port}" for proxy in proxies.values()]
    running = prometheus({"openmetrics": targets, "text": text_targets})

    def query(expression):
        return {(labels.get("job"), labels.get("instance")): value for labels, value in running.query(expression)}

    def scraped():
        counts = query("count_over_time(up[1m])").values()
        return len(query("up == 1")) == 4 and len(counts) == 4 and min(counts) >= 3

    wait_for(scraped, "three scrapes of four targets")
    assert [t["lastError"] for t in running.json("/api/v1/targets")["data"]["activeTargets"]] == [""] * 4
    samples = query("scrape_samples_scraped")
    for openmetrics, text in zip(targets, text_targets):
        assert samples[("openmetrics", openmetrics)] == samples[("text", text)] > 100
    # The series have the same names in both formats, histograms' bounds included.
    both = query('count by (job) (cryptofunk_mcp_tool_call_duration_seconds_bucket{le="1.0"})')
    assert both[("openmetrics", None)] == both[("text", None)] > 0
    assert set(query("cryptofunk_component_healthy").values()) == {1.0}
    types = running.json("/api/v1/metadata?metric=cryptofunk_mcp_tool_call_duration_seconds")["data"]
    assert types["cryptofunk_mcp_tool_call_duration_seconds"][0]["type"] == "histogram"

    for proxy in proxies.values():
        proxy.shutdown()
    running.process.end()
    log = [json.loads(line) for line in running.process.output().splitlines() if line.startswith("{")]
    loud = [line for line in log if line["level"] in ("warn", "error") and "received SIGTERM" not in line["msg"].lower()]
    assert [line for line in loud if "SIGTERM" not in line["msg"]] == []
