"""Servers on standard input and output, as hosts start them: several at once, by clients that go away or do not read."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys

import pytest

from conftest import BIN, CRYPTOFUNK, MISBEHAVING, ROOT, free_port, get, scrape, wait_for

SERVER = [CRYPTOFUNK, "risk-analyzer", "--stdio"]
KELLY = {"name": "kelly_criterion", "arguments": {"win_probability": 0.5, "win_loss_ratio": 2}}


class Host:
    """A host that speaks the protocol by hand, and reads only when it is told to."""

    def __init__(self, folder, *command, **env):
        self.log = open(folder / f"log-{id(self)}", "w+b")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, cwd=folder,
            env={**os.environ, "RUST_BACKTRACE": "0", "RUST_LOG": "warn", **{k: str(v) for k, v in env.items()}},
        )
        self.id = 0

    def output(self):
        self.log.flush()
        with open(self.log.name) as log:
            return log.read()

    def send(self, line):
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def request(self, method, params):
        self.id += 1
        return json.dumps({"jsonrpc": "2.0", "id": self.id, "method": method, "params": params}).encode()

    def read(self):
        return json.loads(self.process.stdout.readline())

    def ask(self, method, **params):
        self.send(self.request(method, params))
        return self.read()

    def initialize(self):
        client = {"name": "by hand", "version": "1"}
        answer = self.ask("initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo=client)
        self.send(b'{"jsonrpc":"2.0","method":"notifications/initialized"}')
        return answer

    def close(self):
        """Ends the session as a host does."""
        self.process.stdin.close()
        return self.process.wait(20)


@pytest.fixture
def host(tmp_path):
    """Starts a server as a host does."""
    hosts = []

    def host(*command, **env):
        hosts.append(Host(tmp_path, *command, **env))
        return hosts[-1]

    yield host
    for h in hosts:
        h.process.kill()
        h.process.wait()
        for pipe in (h.process.stdin, h.process.stdout, h.log):
            try:
                pipe.close()
            except BrokenPipeError:
                pass


def ports_in_a_row(n):
    """The first of `n` ports that are free, where the operating system takes none for clients."""
    while True:
        first = random.randrange(2_000, 7_000)
        sockets = []
        try:
            for port in range(first, first + n):
                sockets.append(socket.create_server(("127.0.0.1", port)))
            return first
        except OSError:
            pass
        finally:
            for s in sockets:
                s.close()


def test_a_second_host_gets_the_next_port(host):
    port = ports_in_a_row(3)
    hosts = []
    for i in range(3):
        hosts.append(host(*SERVER, METRICS_PORT=port))
        assert hosts[i].initialize()["result"]["serverInfo"]["name"] == "risk-analyzer"
        assert get(f"http://127.0.0.1:{port + i}/health")[0] == 200
        hosts[i].ask("tools/call", **KELLY)
    assert hosts[0].output() == ""
    for i in (1, 2):
        used = f"metrics are on http://127.0.0.1:{port + i}/metrics"
        assert hosts[i].output() == f"risk-analyzer: port {port} is taken, {used}\n", "one line on stderr"
    for i in range(3):
        assert scrape(port + i).of("cryptofunk_mcp_tool_calls_total", tool="kelly_criterion", status="success") == 1
        assert hosts[i].close() == 0


def listening(pid):
    """The ports that a process listens on."""
    inodes = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            inodes.add(os.readlink(f"/proc/{pid}/fd/{fd}"))
        except FileNotFoundError:
            pass
    with open("/proc/net/tcp") as table:
        rows = [row.split() for row in table.readlines()[1:]]
    return [int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in inodes]


def test_metrics_may_be_off(host):
    on, off = host(*SERVER, METRICS_PORT=0), host(*SERVER, METRICS_PORT="off")
    for h in (on, off):
        h.initialize()
        assert h.ask("tools/call", **KELLY)["result"]["structuredContent"]["kelly_fraction"] == 0.25
    assert len(listening(on.process.pid)) == 1
    assert listening(off.process.pid) == []
    assert off.close() == 0 and off.output() == ""


def test_an_address_of_another_machine_does_not_stop_mcp(host):
    h = host(*SERVER, METRICS_PORT=free_port(), METRICS_BIND="203.0.113.1")
    h.initialize()
    assert h.ask("tools/call", **KELLY)["result"]["structuredContent"]["kelly_fraction"] == 0.25
    assert h.output().startswith("risk-analyzer: no metrics are served: cannot listen on 203.0.113.1:")
    assert h.close() == 0


def files(folder):
    return sorted(path.name for path in folder.glob("*.json"))


def targets(folder):
    """Targets by instance, as the files say."""
    groups = [group for path in folder.glob("*.json") for group in json.loads(path.read_text())]
    return {group["labels"]["instance"]: (group["targets"], group["labels"]) for group in groups}


def test_processes_register_while_they_live(host, tmp_path):
    folder = tmp_path / "discovery"
    env = {"METRICS_PORT": 0, "METRICS_DISCOVERY_DIR": folder}
    first, second = host(*SERVER, **env), host(*SERVER, **env)
    wait_for(lambda: files(folder) == ["risk-analyzer-1.json", "risk-analyzer-2.json"], "both to register")
    for instance, (addresses, labels) in targets(folder).items():
        assert labels == {"component": "risk-analyzer", "instance": instance, "transport": "stdio"}
        assert get(f"http://{addresses[0]}/health")[0] == 200
    # Somebody tidies up.
    (folder / "risk-analyzer-2.json").unlink()
    wait_for(lambda: len(files(folder)) == 2, "the file to be written again")
    # One ends, and one is killed.
    second.initialize()
    assert second.close() == 0
    (left,) = targets(folder).values()
    assert left[0] == [f"127.0.0.1:{listening(first.process.pid)[0]}"]
    first.process.kill()
    first.process.wait()
    assert len(files(folder)) == 1
    # The next one has the lowest slot, and clears up.
    third = host(*SERVER, **env)
    (port,) = wait_for(lambda: listening(third.process.pid), "the third to listen")
    own = {"risk-analyzer-1": [f"127.0.0.1:{port}"]}
    wait_for(lambda: {i: a for i, (a, _) in targets(folder).items()} == own, "its own target alone")
    assert third.close() == 0 and files(folder) == []


def test_http_servers_and_services_register_too(start, tmp_path):
    folder = tmp_path / "discovery"
    env = {"METRICS_DISCOVERY_DIR": folder, "METRICS_INSTANCE": "laptop", "METRICS_DISCOVERY_HOST": "localhost"}
    port = free_port()
    server = start(CRYPTOFUNK, "risk-analyzer", METRICS_PORT=port, **env)
    agent = start(CRYPTOFUNK, "api", METRICS_PORT=free_port(), **env)
    wait_for(lambda: files(folder) == ["api-1.json", "risk-analyzer-1.json"], "both to register")
    (group,) = json.loads((folder / "risk-analyzer-1.json").read_text())
    assert group == {
        "targets": [f"localhost:{port}"],
        "labels": {"component": "risk-analyzer", "instance": "laptop-1", "transport": "http"},
    }
    (group,) = json.loads((folder / "api-1.json").read_text())
    assert group["labels"] == {"component": "api", "instance": "laptop-1"}
    assert server.end() == 0 and agent.end() == 0
    assert files(folder) == []


ANSWERS = 3_000


def flood(host):
    """A client that asks, and does not read: the answers are more than a pipe holds."""
    port = free_port()
    h = host(MISBEHAVING, "--stdio", METRICS_PORT=port)
    h.initialize()
    for _ in range(ANSWERS):
        h.send(h.request("tools/list", {}))
    handled = lambda: scrape(port).of("cryptofunk_mcp_requests_total", method="tools/list")
    wait_for(lambda: handled() == ANSWERS, "the requests to be handled")
    return h


@pytest.mark.parametrize("how", ["input", "signal", "both"])
def test_a_client_that_does_not_read_cannot_keep_the_process(host, how):
    h = flood(host)
    if how in ("input", "both"):
        h.process.stdin.close()
    if how in ("signal", "both"):
        h.process.send_signal(signal.SIGTERM)
    assert h.process.wait(20) == 0, h.output()


def test_a_client_that_sends_nonsense_and_does_not_read(host):
    h = host(MISBEHAVING, "--stdio", METRICS_PORT=0)
    h.initialize()
    for _ in range(ANSWERS):
        h.send(b'{"jsonrpc":"2.0","id":1,"method":7}')
    h.process.stdin.close()
    assert h.process.wait(20) == 0, h.output()


def test_a_client_that_reads_late_gets_everything(host):
    h = flood(host)
    h.process.stdin.close()
    answers = [json.loads(line) for line in h.process.stdout]
    assert sorted(answer["id"] for answer in answers) == list(range(2, ANSWERS + 2))
    assert h.process.wait(20) == 0
    assert re.fullmatch(r"misbehaving: MCP on stdio, metrics on http://127.0.0.1:\d+/metrics\n", h.output())


def test_a_client_that_is_gone_ends_the_process(host):
    """Its end of standard input is still open, in another process of the host."""
    h = host(MISBEHAVING, "--stdio", METRICS_PORT=0)
    h.initialize()
    h.process.stdout.close()
    h.send(h.request("tools/list", {}))
    assert h.process.wait(20) == 0, h.output()


@pytest.mark.parametrize("params", [5, "x", [1], True])
def test_a_request_whose_parameters_are_no_object_is_answered_with_its_id(host, params):
    server = host(*SERVER, METRICS_PORT="off")
    server.initialize()
    for method in ("tools/call", "ping", "no/such/method"):
        server.send(server.request(method, params))
        answer = server.read()
        assert (answer["id"], answer["error"]["code"]) == (server.id, -32600), answer
    # The session goes on.
    assert not server.ask("tools/call", **KELLY)["result"]["isError"]
    assert server.close() == 0


def test_what_was_asked_before_the_input_ended_is_answered(host):
    server = host(*SERVER, METRICS_PORT="off")
    server.initialize()
    server.send(server.request("tools/call", KELLY))
    assert server.close() == 0
    answer = server.read()
    assert answer["id"] == server.id and not answer["result"]["isError"]


def test_a_line_over_the_limit_is_answered(host):
    port = free_port()
    h = host(MISBEHAVING, "--stdio", METRICS_PORT=port)
    h.initialize()
    long = "x" * (17 * 1024 * 1024)
    symbol = {"name": "trade", "arguments": {"symbol": long}}
    # Python's client writes the id first, TypeScript's last.
    for message in (
        {"jsonrpc": "2.0", "id": 70, "method": "tools/call", "params": symbol},
        {"method": "tools/call", "params": symbol, "jsonrpc": "2.0", "id": "seventy"},
    ):
        h.send(json.dumps(message).encode())
        answer = h.read()
        assert answer["id"] == message["id"] and answer["error"]["code"] == -32600
        assert "longer than 16777216 bytes" in answer["error"]["message"]
    h.send(json.dumps({"jsonrpc": "2.0", "method": "notifications/progress", "params": {"message": long}}).encode())
    answer = h.read()
    assert answer.get("id") is None and answer["error"]["code"] == -32600
    # The session goes on, and lines within the limit are read.
    fits = {"name": "trade", "arguments": {"symbol": "x" * (15 * 1024 * 1024)}}
    assert not h.ask("tools/call", **fits)["result"].get("isError")
    assert scrape(port).of("cryptofunk_mcp_errors_total", method="other", type="refused") == 3
    # The last words of a client.
    h.send(json.dumps({"jsonrpc": "2.0", "id": 71, "method": "tools/call", "params": symbol}).encode())
    h.process.stdin.close()
    assert h.read()["id"] == 71
    assert h.process.wait(20) == 0


class Pushgateway:
    """A real one."""

    def __init__(self, start, port=None):
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        # Debian's keeps its metrics in a file otherwise.
        listen = f"--web.listen-address=127.0.0.1:{self.port}"
        self.process = start("prometheus-pushgateway", listen, "--persistence.file=")
        wait_for(lambda: get(f"{self.url}/-/ready")[0] == 200, "the Pushgateway to be ready")

    def groups(self):
        """The groups, as job and instance, that were pushed successfully."""
        groups = json.loads(get(f"{self.url}/api/v1/metrics")[2])["data"]
        return sorted((group["labels"]["job"], group["labels"]["instance"]) for group in groups)

    def calls(self, **labels):
        return scrape(self.port).of("cryptofunk_mcp_tool_calls_total", tool="kelly_criterion", status="success", **labels)


@pytest.fixture
def pushgateway(start):
    return Pushgateway(start)


TOOLS = ROOT / "target/test-tools"
HERE = ROOT / "tests/e2e"
# They connect, list the tools, and wait for the calls on standard input.
SDKS = {
    "Python": [sys.executable, HERE / "zoo_client.py", "auto"],
    "TypeScript": ["node", HERE / "zoo_client.mjs", TOOLS, "2", "auto"],
}


def test_three_hosts_at_once(host, start, prometheus, pushgateway, tmp_path):
    """One server, started by three hosts: found while it lives, and not forgotten after its end."""
    folder, port = tmp_path / "discovery", ports_in_a_row(3)
    env = {
        "METRICS_PORT": port, "METRICS_DISCOVERY_DIR": folder, "METRICS_PUSH_URL": pushgateway.url,
        # Prometheus sees the living ones by discovery.
        "METRICS_PUSH_INTERVAL": "off",
    }
    sdks = {
        name: subprocess.Popen(
            [*map(str, client), *SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path,
            env={**os.environ, **{k: str(v) for k, v in env.items()}},
        )
        for name, client in SDKS.items()
    }
    by_hand = host(*SERVER, **env)
    by_hand.initialize()
    instances = [f"risk-analyzer-{i}" for i in (1, 2, 3)]
    wait_for(lambda: sorted(targets(folder)) == instances, "all three to register")
    assert sorted(addresses[0] for addresses, _ in targets(folder).values()) == [f"127.0.0.1:{port + i}" for i in range(3)]

    server = prometheus({
        "mcp": {"honor_labels": True, "file_sd_configs": [{"files": [f"{folder}/*.json"], "refresh_interval": "1s"}]},
        "pushed": {"honor_labels": True, "static_configs": [{"targets": [f"127.0.0.1:{pushgateway.port}"]}]},
    })
    up = lambda: {labels["instance"]: labels for labels, value in server.query('up{job="mcp"}') if value == 1}
    found = wait_for(lambda: len(up()) == 3 and up(), "Prometheus to find all three")
    for instance in instances:
        wanted = {"component": "risk-analyzer", "instance": instance, "transport": "stdio", "job": "mcp", "__name__": "up"}
        assert found[instance] == wanted

    # All answer: one call by hand, two by Python's client, three by TypeScript's.
    assert by_hand.ask("tools/call", **KELLY)["result"]["structuredContent"]["kelly_fraction"] == 0.25
    for calls, sdk in enumerate(sdks.values(), 2):
        output, _ = sdk.communicate(json.dumps([[KELLY["name"], KELLY["arguments"]]] * calls).encode(), timeout=60)
        results = json.loads(output)["results"]
        assert [result["structuredContent"]["kelly_fraction"] for result in results] == [0.25] * calls
    assert by_hand.close() == 0

    # The processes are gone, and their counts are not.
    assert files(folder) == []
    assert pushgateway.groups() == [("risk-analyzer", instance) for instance in instances]
    assert sorted(pushgateway.calls(instance=instance) for instance in instances) == [1, 2, 3]
    kept = 'sum(cryptofunk_mcp_tool_calls_total{job="risk-analyzer",tool="kelly_criterion",status="success"})'
    wait_for(lambda: [value for _, value in server.query(kept)] == [6], "Prometheus to have the counts of all three")
    wait_for(lambda: not server.query("up{job='mcp'}"), "the targets to be gone")


def test_pushes_follow_the_life_of_a_process(host, pushgateway):
    env = {"METRICS_PORT": "off", "METRICS_PUSH_URL": pushgateway.url, "METRICS_PUSH_INTERVAL": "100ms", "METRICS_INSTANCE": "laptop"}
    h = host(*SERVER, **env)
    h.initialize()
    wait_for(lambda: pushgateway.groups() == [("risk-analyzer", "laptop-1")], "the first push")
    h.ask("tools/call", **KELLY)
    wait_for(lambda: pushgateway.calls(instance="laptop-1") == 1, "a push at the interval")
    # A killed process leaves what it pushed; the next one takes its place.
    h.process.kill()
    h.process.wait()
    assert pushgateway.calls(instance="laptop-1") == 1
    h = host(*SERVER, **env, METRICS_PUSH_DELETE="true")
    h.initialize()
    wait_for(lambda: pushgateway.calls(instance="laptop-1") == 0, "the push of the next one")
    assert pushgateway.groups() == [("risk-analyzer", "laptop-1")]
    assert h.close() == 0
    assert pushgateway.groups() == [], "it has ended well"


@pytest.mark.parametrize("how", ["client", "signal"])
def test_the_last_calls_are_pushed(host, pushgateway, how):
    h = host(*SERVER, METRICS_PORT="off", METRICS_PUSH_URL=pushgateway.url, METRICS_PUSH_INTERVAL="1h")
    h.initialize()
    h.ask("tools/call", **KELLY)
    if how == "signal":
        h.process.send_signal(signal.SIGTERM)
    assert h.close() == 0
    assert pushgateway.calls(job="risk-analyzer") == 1
    samples = scrape(pushgateway.port)
    assert samples.of("cryptofunk_mcp_sessions_active", transport="stdio") == 0, "the session has ended too"
    assert samples.of("cryptofunk_mcp_session_duration_seconds_count", transport="stdio") == 1


def test_an_http_server_pushes_too(start, pushgateway):
    port = free_port()
    server = start(CRYPTOFUNK, "risk-analyzer", METRICS_PORT=port, METRICS_PUSH_URL=pushgateway.url)
    wait_for(lambda: [job for job, _ in pushgateway.groups()] == ["risk-analyzer"], "the first push")
    assert scrape(pushgateway.port).of("cryptofunk_component_healthy", component="risk-analyzer") == 1
    assert server.end() == 0


def test_a_pushgateway_that_is_away_stops_nothing(host, start):
    port = free_port()
    env = {"METRICS_PORT": "off", "METRICS_PUSH_URL": f"http://me:secret@127.0.0.1:{port}", "METRICS_PUSH_INTERVAL": "20ms"}
    h = host(*SERVER, **env, RUST_LOG="warn,cryptofunk_metrics=info")
    pushing = lambda: [line for line in h.output().splitlines() if "Pushgateway" in line or "push" in line]
    h.initialize()
    wait_for(pushing, "the failure to be told")
    for _ in range(50):
        assert h.ask("tools/call", **KELLY)["result"]["structuredContent"]["kelly_fraction"] == 0.25
    (failure,) = pushing()
    assert f"cannot push metrics to http://127.0.0.1:{port}: " in failure and "refused" in failure
    gateway = Pushgateway(start, port)
    wait_for(lambda: len(pushing()) == 2, "the recovery to be told")
    assert f"metrics are pushed to http://127.0.0.1:{port} again" in pushing()[1]
    wait_for(lambda: gateway.calls() == 50, "the calls to be pushed")
    gateway.process.end()
    wait_for(lambda: len(pushing()) == 3, "the next failure to be told")
    assert h.close() == 0
    assert len(pushing()) == 3 and "secret" not in h.output()


@pytest.mark.parametrize("variable, value, expected", [
    ("METRICS_PUSH_URL", "ftp://me:secret@push.example.com", "METRICS_PUSH_URL is `push.example.com`, but should be a URL with http://"),
    ("METRICS_PUSH_INTERVAL", "often", "METRICS_PUSH_INTERVAL is `often`, but should be a duration above 0"),
    ("METRICS_PUSH_DELETE", "yes", "METRICS_PUSH_DELETE is `yes`, but should be `true` or `false`"),
    ("METRICS_INSTANCE", "a/b", "METRICS_INSTANCE is `a/b`, but should be a name of letters"),
    ("METRICS_DISCOVERY_HOST", "host:80", "METRICS_DISCOVERY_HOST is `host:80`, but should be the name or the address"),
])
def test_a_wrong_variable_is_named(host, tmp_path, variable, value, expected):
    env = {"METRICS_PORT": 0, "METRICS_PUSH_URL": "http://127.0.0.1:1", "METRICS_DISCOVERY_DIR": tmp_path / "discovery"}
    h = host(*SERVER, **{**env, variable: value})
    assert h.process.wait(20) == 1
    assert expected in h.output() and "secret" not in h.output()


def test_a_batch_job_pushes(pushgateway, tmp_path):
    batch = BIN / "examples/batch"
    env = {**os.environ, "METRICS_PUSH_URL": pushgateway.url, "METRICS_DISCOVERY_DIR": str(tmp_path / "slots")}
    rows = lambda: scrape(pushgateway.port).of("report_lines_total", job="report")
    subprocess.run([batch], input=b"one\n\ntwo\n", env=env, check=True, timeout=60)
    assert rows() == 3 and pushgateway.groups() == [("report", "report-1")]
    # A run that fails, and one that is asked to leave nothing.
    failed = subprocess.run([batch], input=b"one\n\xff\n", env={**env, "METRICS_PUSH_DELETE": "true"}, capture_output=True, timeout=60)
    assert failed.returncode == 1
    assert rows() == 1 and scrape(pushgateway.port).of("report_function_calls_total", result="error") == 1
    subprocess.run([batch], input=b"", env={**env, "METRICS_PUSH_DELETE": "true"}, check=True, timeout=60)
    assert pushgateway.groups() == []
    # Without a Pushgateway it does its work.
    subprocess.run([batch], input=b"one\n", env={**os.environ, "METRICS_PUSH_URL": ""}, check=True, timeout=60)
