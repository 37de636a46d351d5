"""What the end-to-end tests share: processes on free ports that end with their test, and scrapes as numbers."""

import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from mcp import Client, ClientSession, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"
CRYPTOFUNK = str(BIN / "cryptofunk")
MISBEHAVING = str(BIN / "misbehaving")
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def get(url, timeout=10, **headers):
    """Answers (status, headers, body), whatever the status."""
    request = urllib.request.Request(url, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def wait_for(condition, what, seconds=30):
    """Returns the first true answer of `condition`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            answer = condition()
        except OSError:
            answer = None
        if answer:
            return answer
        time.sleep(0.02)
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


@pytest.fixture
def start(tmp_path):
    """Starts processes that end with the test."""
    running = []

    def start(*command, **env):
        process = Process(*command, cwd=tmp_path, **env)
        running.append(process)
        return process

    yield start
    for process in reversed(running):
        process.close()


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
