"""What the end-to-end tests share: processes on free ports that end with their test, and scrapes as numbers."""

import contextlib
import itertools
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from mcp import Client, ClientSession, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

pytest.register_assert_rewrite("system_checks")

# Prometheus and promtool collect their garbage less often: that is much of what promtool's tests of rules cost.
os.environ.setdefault("GOGC", "400")

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"
CRYPTOFUNK = str(BIN / "cryptofunk")
MISBEHAVING = str(BIN / "misbehaving")
COMPONENTS = {
    "orchestrator": 8081, "api": 8080,
    "market-data": 9201, "technical-indicators": 9202, "risk-analyzer": 9203, "order-executor": 9204,
    "technical-agent": 9101, "orderbook-agent": 9102, "sentiment-agent": 9103, "trend-agent": 9104, "reversion-agent": 9105,
    "arbitrage-agent": 9106, "risk-agent": 9107,
}
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def pytest_configure(config):
    config.addinivalue_line("markers", "long: takes minutes, and so begins first")
    config.addinivalue_line("markers", "alone: starts many containers, which are too slow beside other tests, and so runs after them")


# Last: what `-m` leaves out would move the first test of a worker to the end of another.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Gives each worker the same number of long tests, which it begins with: none is left for the end."""
    workers = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    is_long = lambda item: item.get_closest_marker("long") is not None
    long, others = list(filter(is_long, items)), [item for item in items if not is_long(item)]
    share, ordered = len(items) // workers, []
    for worker in range(workers):
        own = long[worker::workers]
        own += [others.pop(0) for _ in range(min(share - len(own), len(others)))]
        ordered += own
    items[:] = ordered + others


@pytest.fixture(scope="session", autouse=True)
def cargo_settings(tmp_path_factory):
    """What a test builds in a temporary folder is built as this workspace is: most of it is there already."""
    shutil.copytree(ROOT / ".cargo", tmp_path_factory.getbasetemp() / ".cargo")


def ports():
    """Ports that no client gets from the operating system and no other worker takes, one after the other."""
    width = 1_500 // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
    first = 31_250 + width * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    # Not always the same: another run may have some.
    start = random.randrange(width)
    return itertools.cycle(first + (start + number) % width for number in range(width))


PORTS = ports()


def free_port():
    """A free port, which is still free when a server starts."""
    for port in PORTS:
        with socket.socket() as s, contextlib.suppress(OSError):
            s.bind(("127.0.0.1", port))
            return port


def offset():
    """An offset at which the ports of all components are free."""
    # Workers look for ports at the same time, each in a range of its own; all of them below the ports that the operating system
    # gives to clients, of which there are many here.
    width = 22_000 // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
    first = 1_000 + width * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        candidate = random.randrange(first, first + width - (max(COMPONENTS.values()) - min(COMPONENTS.values())))
        sockets = []
        try:
            for port in COMPONENTS.values():
                sockets.append(socket.create_server(("127.0.0.1", port + candidate)))
            return candidate
        except OSError:
            pass
        finally:
            for s in sockets:
                s.close()


def get(url, timeout=10, **headers):
    """Answers (status, headers, body), whatever the status."""
    request = urllib.request.Request(url, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def wait_for(condition, what, seconds=30):
    """Returns the first true answer of `condition`. It is asked less often the longer that takes, for asking keeps others waiting."""
    began = time.monotonic()
    while (waited := time.monotonic() - began) < seconds:
        try:
            answer = condition()
        except OSError:
            answer = None
        if answer:
            return answer
        time.sleep(min(max(waited / 10, 0.02), 0.2))
    raise AssertionError(f"timed out waiting for {what}")


class Samples(dict):
    """Samples by (name, labels)."""

    def of(self, name, **labels):
        wanted = set(labels.items())
        return sum(value for (n, l), value in self.items() if n == name and wanted <= set(l))


def scrape(port, openmetrics=False):
    accept = OPENMETRICS if openmetrics else "text/plain"
    status, headers, body = get(f"http://127.0.0.1:{port}/metrics", Accept=accept)
    assert status == 200
    assert headers["Content-Type"].startswith("application/openmetrics-text" if openmetrics else "text/plain; version=0.0.4")
    parse = parse_openmetrics if openmetrics else parse_text
    samples = Samples()
    for family in parse(body.decode()):
        for s in family.samples:
            key = (s.name, frozenset(s.labels.items()))
            assert key not in samples, f"{key} is exposed twice"
            samples[key] = s.value
    return samples


def children(pid):
    done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(line) for line in done.stdout.split()]


def command_line(pid):
    return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")


def alive(pid):
    try:
        os.kill(pid, 0)
        return True
    except ProcessLookupError:
        return False


class ToolError(Exception):
    """What a tool says is wrong."""


def call_tool(port, tool, timeout=10, token=None, **arguments):
    """Calls a tool of an MCP server over HTTP, with a bearer token if there is one, and answers its structured content."""
    version = "2026-07-28"
    meta = {"protocolVersion": version, "clientInfo": {"name": "test", "version": "1"}, "clientCapabilities": {}}
    params = {"name": tool, "arguments": arguments, "_meta": {f"io.modelcontextprotocol/{k}": v for k, v in meta.items()}}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/mcp",
        data=json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode(),
        headers={
            "Content-Type": "application/json", "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": version, "Mcp-Method": "tools/call", "Mcp-Name": tool,
            **({"Authorization": f"Bearer {token}"} if token else {}),
        },
    )
    with urllib.request.urlopen(request, timeout=timeout) as response:
        body = response.read().decode()
    if not body.startswith("{"):
        body = [line[5:] for line in body.splitlines() if line.startswith("data:") and line[5:].strip()][-1]
    result = json.loads(body)["result"]
    if result.get("isError"):
        raise ToolError(result["content"][0]["text"])
    return result.get("structuredContent")


class Unavailable(OSError):
    """What the API cannot answer yet, for a component behind it does not: `wait_for` goes on waiting."""


class System:
    """All components, started by `cryptofunk up` in a folder of the test."""

    def __init__(self, start, folder, *arguments, **env):
        self.folder = folder
        self.offset = offset()
        self.ports = {name: port + self.offset for name, port in COMPONENTS.items()}
        self.up = start(CRYPTOFUNK, "up", "--port-offset", self.offset, *arguments, **env)
        wait_for(self.is_up, "all components to run", seconds=90)

    def is_up(self):
        assert self.up.popen.poll() is None, self.up.output()
        return "Ctrl-C stops everything" in self.up.output()

    def data(self):
        return self.folder / "cryptofunk-data" / f"offset-{self.offset}"

    def api(self, path, timeout=10):
        status, _, body = get(f"http://127.0.0.1:{self.ports['api']}/api/v1/{path}", timeout=timeout)
        if status in (502, 503):
            raise Unavailable(body)
        assert status == 200, body
        return json.loads(body)

    def token(self):
        return (self.data() / "api-token").read_text().strip()

    def change(self, path, token=None):
        token = token or self.token()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ports['api']}/api/v1/{path}", method="POST",
            headers={"Authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.loads(response.read())

    def scrape(self, name):
        return scrape(self.ports[name])

    def health(self, name):
        status, _, body = get(f"http://127.0.0.1:{self.ports[name]}/health")
        return status, json.loads(body)["checks"]

    def is_healthy(self, *names):
        return all(self.health(name)[0] == 200 for name in names or COMPONENTS)

    def call(self, server, tool, **arguments):
        return call_tool(self.ports[server], tool, **{"token": self.token(), **arguments})

    def pid(self, name):
        for pid in children(self.up.popen.pid):
            try:
                if name.encode() in command_line(pid):
                    return pid
            except FileNotFoundError:
                pass
        return None


@pytest.fixture
def system(start, tmp_path):
    """Starts all components."""
    return lambda *arguments, **env: System(start, tmp_path, *arguments, **env)


class Process:
    """A process that ends with its test."""

    def __init__(self, *command, cwd=None, **env):
        self.log = open(pathlib.Path(cwd or "/tmp") / f"log-{os.getpid()}-{id(self)}", "w+b")
        self.popen = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE, stdout=self.log, stderr=self.log, cwd=cwd, start_new_session=True,
            env={**os.environ, "RUST_BACKTRACE": "0", **{k: str(v) for k, v in env.items()}},
        )

    def output(self):
        self.log.flush()
        return pathlib.Path(self.log.name).read_text()

    def end(self, sig=signal.SIGTERM, seconds=20):
        if self.popen.poll() is None:
            self.popen.send_signal(sig)
            try:
                self.popen.wait(seconds)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
        return self.popen.returncode

    def close(self):
        self.end()
        self.popen.stdin.close()
        self.log.close()
        os.unlink(self.log.name)


@contextlib.contextmanager
def processes(folder):
    """What starts processes in a folder; they end with the block."""
    running = []

    def start(*command, cwd=folder, **env):
        process = Process(*command, cwd=cwd, **env)
        running.append(process)
        return process

    try:
        yield start
    finally:
        for process in reversed(running):
            process.close()


@pytest.fixture
def start(tmp_path):
    """Starts processes that end with the test."""
    with processes(tmp_path) as start:
        yield start


@pytest.fixture
def servers(tmp_path):
    """PostgreSQL, Redis and NATS."""
    from servers import Servers

    running = Servers(tmp_path)
    yield running
    running.close()


@pytest.fixture(params=["embedded", "servers"])
def settings(request):
    """The settings of components on embedded defaults, and on PostgreSQL, Redis and NATS."""
    return request.getfixturevalue("servers").env if request.param == "servers" else {}


@pytest.fixture
def serve(start):
    """Starts a server over HTTP and answers its port."""

    def serve(*command, **env):
        port = free_port()
        process = start(*command, METRICS_PORT=port, **env)

        def ready():
            assert process.popen.poll() is None, process.output()
            return get(f"http://127.0.0.1:{port}/health")[0] == 200

        wait_for(ready, f"{command} to be healthy")
        return port

    return serve


class Connection:
    """A session opened by `initialize`, and the port of the server's metrics."""

    async def __aenter__(self):
        self.client = self.connect()
        read, write, *_ = await self.client.__aenter__()
        self.session = ClientSession(read, write)
        session = await self.session.__aenter__()
        await session.initialize()
        return session

    async def __aexit__(self, *error):
        await self.session.__aexit__(*error)
        await self.client.__aexit__(*error)


class Stdio(Connection):
    """Over standard input and output."""

    def __init__(self, *command):
        self.port = free_port()
        self.command = command

    def connect(self):
        env = {**os.environ, "METRICS_PORT": str(self.port), "RUST_BACKTRACE": "0", "RUST_LOG": "error"}
        return stdio_client(StdioServerParameters(command=self.command[0], args=list(self.command[1:]), env=env))


class Http(Connection):
    """Over streamable HTTP."""

    def __init__(self, port):
        self.port = port

    def connect(self):
        return streamable_http_client(f"http://127.0.0.1:{self.port}/mcp")


def modern(port):
    """A client of the protocol without sessions, 2026-07-28."""
    return Client(f"http://127.0.0.1:{port}/mcp")


class Prometheus:
    """A real one, with rules and targets of its own, that scrapes every second. A job has targets, or its part of the configuration."""

    def __init__(self, start, folder, jobs, rules=None, flags=()):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="prometheus-", dir=folder))
        config = {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(rules)] if rules else [],
            "scrape_configs": [
                {"job_name": job, **(how if isinstance(how, dict) else {"static_configs": [{"targets": [str(t) for t in how]}]})}
                for job, how in jobs.items()
            ],
        }
        (folder / "prometheus.yml").write_text(json.dumps(config))
        self.address = f"127.0.0.1:{free_port()}"
        self.process = start(
            "prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address={self.address}", "--log.format=json", *flags,
        )
        wait_for(lambda: self.get("/-/ready")[0] == 200, "Prometheus to be ready")

    def get(self, path):
        return get(f"http://{self.address}{path}")

    def json(self, path):
        status, _, body = self.get(path)
        assert status == 200, body
        return json.loads(body)

    def query(self, expression):
        """What a query answers now: pairs of labels and value. A warning fails."""
        answer = self.json(f"/api/v1/query?query={urllib.parse.quote(expression)}")
        assert not answer.get("warnings"), answer
        return [(series["metric"], float(series["value"][1])) for series in answer["data"]["result"]]


@pytest.fixture
def prometheus(start, tmp_path):
    """Starts Prometheus with targets by job."""
    return lambda jobs, rules=None, flags=(): Prometheus(start, tmp_path, jobs, rules, flags)
