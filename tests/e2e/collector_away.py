"""The collector is away while a server is called: whether calls get slower, memory grows, or something that was counted is missing.

The server exports its metrics and its spans. Its collector decodes them with OpenTelemetry's own messages. The phases, one after the other:

    before     the collector answers
    refusing   nobody listens on its port
    back       it answers again
    silent     its port accepts connections and never answers
    back again it answers again

The end is compared with a scrape: each counter, gauge and histogram of the server, series by series. The process ends with 1 if a call failed,
if a series is missing or different, if memory grew by more than --memory since `before`, or if spans are not sent again. Times are printed and
not judged: compare those of one run.
"""

import argparse
import base64
import contextlib
import http.client
import json
import os
import pathlib
import re
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from conftest import BIN, free_port, get, processes, scrape, wait_for
from otlp import Collector, labels, number, points

HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
TEXT = "hello, world"


def duration(text):
    """300s or 5m, in seconds."""
    found = re.fullmatch(r"(\d+)([smh])", text)
    if not found:
        raise argparse.ArgumentTypeError(f"`{text}` is no duration; write 300s or 5m")
    return int(found[1]) * {"s": 1, "m": 60, "h": 3600}[found[2]]


def options():
    parser = argparse.ArgumentParser(prog="scripts/collector-away", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--away", type=duration, default=300, metavar="TIME", help="how long the collector is away, each of the two ways; 5m unless it is said")
    parser.add_argument("--there", type=duration, default=60, metavar="TIME", help="how long each other phase is; 60s unless it is said")
    parser.add_argument("--rate", type=int, default=200, metavar="N", help="calls a second; 200 unless it is said")
    parser.add_argument("--clients", type=int, default=8, metavar="N", help="clients that call at the same time; 8 unless it is said")
    parser.add_argument("--interval", type=int, default=1000, metavar="MS", help="the interval of exports; 1000 unless it is said")
    parser.add_argument("--memory", type=int, default=16, metavar="MB", help="by how much memory may grow; 16 unless it is said")
    parser.add_argument("--server", default=str(BIN / "exporting"), help=argparse.SUPPRESS)
    parser.add_argument("--collector", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


class Counting(Collector):
    """Counts spans, and keeps none."""

    received = 0

    def take(self, path, body):
        super().take(path, body)
        self.received, self.spans = self.received + len(self.spans), []


def collect(port):
    """Is the collector, and says what it has whenever it is asked."""
    collector = Counting(port)
    print("ready", flush=True)
    for _ in sys.stdin:
        last = collector.last.SerializeToString() if collector.last else b""
        print(json.dumps([collector.exports, collector.received, base64.b64encode(last).decode()]), flush=True)


class Apart:
    """The collector in a process of its own, so that it takes no time from the clients. When that ends, it is away."""

    def __init__(self, port):
        command = [sys.executable, "-B", __file__, "--collector", str(port)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def ask(self):
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        self.exports, self.spans, last = json.loads(self.process.stdout.readline())
        self.last = ExportMetricsServiceRequest.FromString(base64.b64decode(last))
        return self

    metrics = Collector.metrics

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


class Client(threading.Thread):
    """Calls at a steady rate in a session of its own, on a connection that stays open."""

    def __init__(self, port, period, delay):
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.period, self.delay, self.calls, self.failed = period, delay, [], []
        self.session, self.stopped = {}, threading.Event()
        info = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "away", "version": "1"}}
        self.session = {"Mcp-Session-Id": self.ask("initialize", info, 0)[1]["mcp-session-id"]}
        self.ask("notifications/initialized")

    def ask(self, method, params=None, id=None):
        message = {"jsonrpc": "2.0", "method": method} | ({"params": params} if params else {}) | ({"id": id} if id is not None else {})
        self.connection.request("POST", "/mcp", json.dumps(message), HEADERS | self.session)
        answer = self.connection.getresponse()
        return answer.read().decode(), answer.headers

    def run(self):
        start, i = time.monotonic() + self.delay, 0
        while not self.stopped.wait(max(0.0, start + i * self.period - time.monotonic())):
            i += 1
            begun = time.monotonic()
            try:
                answer, _ = self.ask("tools/call", {"name": "echo", "arguments": {"text": TEXT}}, i)
            except (OSError, http.client.HTTPException) as error:
                self.failed.append(repr(error))
                return
            self.calls.append((begun, time.monotonic() - begun))
            if f'"text":"{TEXT}"' not in answer:
                self.failed.append(answer)


class Silent:
    """Listens on the collector's port, accepts connections, and never reads or answers."""

    def __init__(self, port):
        self.listener, self.held, self.accepted = socket.create_server(("127.0.0.1", port)), [], 0
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def accept(self):
        with selectors.DefaultSelector() as waiting, contextlib.suppress(OSError):
            waiting.register(self.listener, selectors.EVENT_READ)
            while True:
                waiting.select()
                self.held.append(self.listener.accept()[0])
                self.accepted += 1

    def close(self):
        # Wakes the thread that waits for a connection.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()
        for connection in self.held:
            connection.close()


def resident(pid):
    """The memory of a process, in MB."""
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class Phase:
    """What is seen while it lasts."""

    def __init__(self, name, pid, seconds):
        self.name, self.begun, memory = name, time.monotonic(), []
        while time.monotonic() < self.begun + seconds:
            time.sleep(min(1.0, seconds / 4))
            memory.append(resident(pid))
        self.ended, self.memory, self.most = time.monotonic(), memory[-1], max(memory)

    def waited(self, clients):
        """The times of the calls that began in it, in ms."""
        return sorted(took * 1e3 for client in clients for begun, took in list(client.calls) if self.begun <= begun < self.ended)


def exported(metrics):
    """What the collector has, under the names and labels of a scrape."""
    samples = {}
    for name, metric in metrics.items():
        kind = metric.WhichOneof("data")
        for point in points(metric):
            key = frozenset(labels(point).items())
            if kind in ("sum", "gauge"):
                samples[name, key] = number(point)
                continue
            samples[f"{name}_count", key] = point.count
            samples[f"{name}_sum", key] = point.sum
            if kind == "histogram":
                total = 0
                for bound, count in zip([*point.explicit_bounds, float("inf")], point.bucket_counts):
                    total += count
                    samples[f"{name}_bucket", key, bound] = total
            else:
                in_buckets = sum(point.positive.bucket_counts) + sum(point.negative.bucket_counts) + point.zero_count
                assert in_buckets == point.count, f"{name} has {in_buckets} in its buckets and counts {point.count}"
    return samples


def counted(port, native):
    """What a scrape has, buckets by their bound; a native histogram has no declared ones at the collector."""
    samples = {}
    for (name, key), sample in scrape(port).items():
        pairs = dict(key)
        # What changes by itself is not compared.
        if name.startswith("process_") or name.endswith("_uptime_seconds") or name.removesuffix("_bucket") in native and name.endswith("_bucket"):
            continue
        bound = pairs.pop("le", None) if name.endswith("_bucket") else None
        samples[(name, frozenset(pairs.items())) + ((float(bound),) if bound else ())] = sample
    return samples


def differences(port, collector):
    """How many series were compared, and those that are not the same."""
    metrics = collector.metrics()
    native = {name for name, metric in metrics.items() if metric.WhichOneof("data") == "exponential_histogram"}
    there, here = exported(metrics), counted(port, native)
    wrong = []
    for key, expected in here.items():
        found = there.get(key)
        if found is None or abs(found - expected) > 1e-9 * abs(expected):
            wrong.append(f"{key[0]} {dict(key[1])} {key[2:]}: counted {expected}, and the collector has {found}")
    return len(here), wrong


def quantile(waited, share):
    return waited[min(len(waited) - 1, int(len(waited) * share))] if waited else float("nan")


def report(asked, phases, clients):
    print(f"{asked.clients} clients, {asked.rate} calls a second, an export every {asked.interval} ms\n")
    print("| phase | s | calls | p50, ms | p99, ms | slowest, ms | memory at its end, MB | most, MB |\n|---|---:|---:|---:|---:|---:|---:|---:|")
    for phase in phases:
        waited = phase.waited(clients)
        print(f"| {phase.name} | {phase.ended - phase.begun:.0f} | {len(waited)} | {quantile(waited, 0.5):.2f} | {quantile(waited, 0.99):.2f} | "
              f"{waited[-1] if waited else float('nan'):.1f} | {phase.memory:.1f} | {phase.most:.1f} |")
    there, away = ([took for phase in phases if (phase.name in ("refusing", "silent")) == is_away for took in phase.waited(clients)] for is_away in (False, True))
    ratios = [statistics.median(away) / statistics.median(there), quantile(sorted(away), 0.99) / quantile(sorted(there), 0.99)]
    print(f"\naway against there: p50 × {ratios[0]:.2f}, p99 × {ratios[1]:.2f}")


def play(asked, start, stack):
    """Runs all phases; answers what is wrong."""
    port, home = free_port(), free_port()
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{home}", "OTEL_METRIC_EXPORT_INTERVAL": asked.interval, "OTEL_BSP_SCHEDULE_DELAY": 1000}
    collector = stack.enter_context(contextlib.closing(Apart(home)))
    server = start(asked.server, METRICS_PORT=port, **environment)
    wait_for(lambda: get(f"http://127.0.0.1:{port}/health")[0] == 200, "the server")
    pid, period = server.popen.pid, asked.clients / asked.rate
    clients = [Client(port, period, period * i / asked.clients) for i in range(asked.clients)]
    for client in clients:
        client.start()

    phases, had = [Phase("before", pid, asked.there)], [collector.ask()]
    collector.close()
    phases.append(Phase("refusing", pid, asked.away))
    collector = stack.enter_context(contextlib.closing(Apart(home)))
    phases.append(Phase("back", pid, asked.there))
    had.append(collector.ask())
    collector.close()
    silent = Silent(home)
    phases.append(Phase("silent", pid, asked.away))
    silent.close()
    collector = stack.enter_context(contextlib.closing(Apart(home)))
    phases.append(Phase("back again", pid, asked.there))
    for client in clients:
        client.stopped.set()
    for client in clients:
        client.join()

    # The export after the last call.
    exports = collector.ask().exports
    wait_for(lambda: collector.ask().exports >= exports + 2, "exports after the last call", 60)
    had.append(collector)
    compared, wrong = differences(port, collector)
    calls = sum(len(client.calls) for client in clients)
    of_server = sum(number(point) for point in points(collector.metrics()["exporting_mcp_tool_calls_total"]) if labels(point)["status"] == "success")
    report(asked, phases, clients)
    exports, spans = [one.exports for one in had], [one.spans for one in had]
    print(f"taken before, back and back again: {exports} exports and {spans} spans; connections that got no answer: {silent.accepted}")
    print(f"{calls} calls were answered, and {of_server} are counted at the collector; {compared - len(wrong)} of {compared} series are there as they were counted")

    failed = [failure for client in clients for failure in client.failed]
    wrong += [f"a call failed: {failure}" for failure in failed[:3]]
    if calls != of_server:
        wrong.append(f"{calls} calls were answered, and {of_server} are counted")
    grown = max(phase.most for phase in phases[1:]) - phases[0].most
    if grown > asked.memory:
        wrong.append(f"memory grew by {grown:.1f} MB")
    if not all(spans + exports):
        wrong.append("metrics or spans did not arrive while the collector was there")
    if not silent.accepted:
        wrong.append("nothing was sent to the collector that does not answer")
    return wrong


def main():
    asked = options()
    if asked.collector:
        return collect(asked.collector)
    with tempfile.TemporaryDirectory(prefix="collector-away-") as folder, processes(folder) as start, contextlib.ExitStack() as stack:
        wrong = play(asked, start, stack)
    for line in wrong[:20]:
        print(f"wrong: {line}")
    print("something is wrong" if wrong else "no call failed, memory is bounded, and nothing that was counted is missing")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
