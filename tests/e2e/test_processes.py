"""Starting and stopping: one component, all of them, and what goes wrong. And what an exporter takes from the network."""

import gzip
import json
import os
import signal
import socket
import subprocess
import tempfile
import threading

import anyio
import pytest

from conftest import COMPONENTS, CRYPTOFUNK, MISBEHAVING, Http, alive, children, command_line, free_port, get, offset, scrape, wait_for

def run(*command, **env):
    folder = tempfile.mkdtemp()
    return subprocess.run([CRYPTOFUNK, *command], capture_output=True, text=True, timeout=60, env={**os.environ, **env}, cwd=folder)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_up_starts_everything_and_leaves_nothing(start, how):
    move = offset()
    up = start(CRYPTOFUNK, "up", "--port-offset", move)
    for name, port in COMPONENTS.items():
        health = wait_for(lambda: get(f"http://127.0.0.1:{port + move}/health"), f"{name} to answer", seconds=90)
        report = json.loads(health[2])
        assert (health[0], report["status"], report["component"]) == (200, "healthy", name)
        assert set(report) == {"status", "timestamp", "version", "component", "uptime_seconds", "checks"}
    wait_for(lambda: "Ctrl-C stops everything" in up.output(), "the table", seconds=90)
    pids = children(up.popen.pid)
    assert len(pids) == len(COMPONENTS)
    code = up.end(how)
    assert code == (0 if how != signal.SIGKILL else -9), up.output()
    wait_for(lambda: not any(alive(pid) for pid in pids), "every component to stop")


def test_ctrl_c_in_a_terminal_restarts_nothing(start):
    up = start(CRYPTOFUNK, "up", "--port-offset", offset())
    wait_for(lambda: "Ctrl-C stops everything" in up.output(), "the table", seconds=90)
    # The terminal sends it to the whole process group.
    os.killpg(up.popen.pid, signal.SIGINT)
    assert up.popen.wait(20) == 0
    assert "starting it again" not in up.output() and "all components have stopped" in up.output()


def test_up_restarts_what_dies(start):
    move = offset()
    up = start(CRYPTOFUNK, "up", "--port-offset", move)
    url = f"http://127.0.0.1:{COMPONENTS['risk-analyzer'] + move}/health"
    wait_for(lambda: "Ctrl-C stops everything" in up.output(), "the table", seconds=90)
    victim = next(pid for pid in children(up.popen.pid) if b"risk-analyzer" in command_line(pid))
    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: "starting it again" in up.output(), "the restart to be told")
    wait_for(lambda: len(children(up.popen.pid)) == len(COMPONENTS) and get(url)[0] == 200, "the component to be back")


def test_up_for_some_time():
    done = run("up", "--for", "300ms", "--port-offset", str(offset()))
    assert done.returncode == 0, done.stderr
    assert "risk-analyzer" in done.stdout and "all components have stopped" in done.stderr


def test_a_taken_port_is_one_clear_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("risk-analyzer", METRICS_PORT=str(port))
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1] == (
            f"error: address 127.0.0.1:{port} is already in use; stop the process that listens there, or choose another "
            "port with METRICS_PORT"
        )
    move = offset()
    port = COMPONENTS["risk-analyzer"] + move
    with socket.create_server(("127.0.0.1", port)):
        done = run("up", "--port-offset", str(move))
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1 and f"127.0.0.1:{port} of risk-analyzer is already in use" in done.stderr
        assert "--port-offset" in done.stderr


@pytest.mark.parametrize("variable, value, expected", [
    ("METRICS_PORT", "many", "a port from 0 to 65535"),
    ("METRICS_PORT", "off", "or `off` for an MCP server on standard input and output"),
    ("METRICS_BIND", "localhost", "an IP address"),
    ("MCP_ALLOWED_ORIGINS", "example.com", "with their schemes"),
    ("METRICS_TOKEN_FILE", "/does/not/exist", "No such file"),
    ("REDIS_URL", "me:secret@nonsense", "Redis URL"),
    ("MARKET_SEED", "-1", "a number from 0 to 2^64 - 1"),
    ("MARKET_TICK", "often", "a duration above 0"),
    ("NATS_URL", "nats://:secret@", "NATS_URL is `nats://`"),
    ("PORT_OFFSET", "many", "a number from 0 to 65535"),
    ("LLM_BASE_URL", "ftp://api.example.com", "neither http:// nor https://"),
])
def test_a_wrong_variable_is_named(variable, value, expected):
    component = {
        "REDIS": "market-data", "MARKET": "market-data", "NATS": "trend-agent", "PORT": "trend-agent", "LLM": "sentiment-agent",
    }.get(variable.split("_")[0], "risk-analyzer")
    done = run(component, **{"METRICS_PORT": str(free_port()), variable: value})
    assert "secret" not in done.stderr
    assert done.returncode == 1
    assert variable in done.stderr and expected in done.stderr


def test_a_broken_database_is_one_clear_line():
    move = str(offset())
    done = run("up", "--port-offset", move, DATABASE_URL="postgres://user:secret@127.0.0.1:1/trades")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "error: order-executor cannot start: cannot open the database postgres://127.0.0.1:1/trades, which DATABASE_URL names: "
    ), done.stderr
    assert done.stderr.count("\n") == 1 and "secret" not in done.stderr
    done = run("order-executor", METRICS_PORT=str(free_port()), DATABASE_URL="sqlite:///proc/trades.db")
    assert done.returncode == 1 and done.stderr.splitlines()[-1].startswith("error: cannot open the database sqlite:///proc/trades.db")


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path):
    (tmp_path / "cryptofunk-data").write_text("in the way")
    done = subprocess.run([CRYPTOFUNK, "up", "--port-offset", str(offset())], capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: cannot make the folder cryptofunk-data/offset-") and done.stderr.count("\n") == 1


def test_only_names_components():
    done = run("up", "--only", "risk-analyser")
    assert done.returncode == 1
    assert "there is no component `risk-analyser`; the components are api, arbitrage-agent," in done.stderr
    move = str(offset())
    done = run("up", "--only", "risk-analyzer,market-data", "--for", "300ms", "--port-offset", move)
    assert done.returncode == 0, done.stderr
    assert "risk-analyzer" in done.stdout and "market-data" in done.stdout and "orchestrator" not in done.stdout
    done = run("risk-agent", "--stdio")
    assert done.returncode == 1 and "risk-agent is no MCP server" in done.stderr


def test_up_names_a_wrong_address_once():
    done = run("up", METRICS_BIND="localhost")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "METRICS_BIND is `localhost`, but should be an IP address" in done.stderr


def test_help_names_every_command_and_variable():
    text = run("--help").stdout
    for word in ["up", *COMPONENTS, "METRICS_BIND", "METRICS_PORT", "METRICS_TOKEN_FILE", "METRICS_DISCOVERY_DIR", "METRICS_PUSH_URL", "DATABASE_URL", "NATS_URL", "REDIS_URL", "LLM_BASE_URL"]:
        assert word in text
    assert "--stdio" in run("risk-analyzer", "--help").stdout


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("arguments", [[], ["--stdio"]])
def test_a_component_stops_when_told(start, how, arguments):
    port = free_port()
    process = start(CRYPTOFUNK, "risk-analyzer", *arguments, METRICS_PORT=port)
    wait_for(lambda: get(f"http://127.0.0.1:{port}/health")[0] == 200, "health")
    assert process.end(how, seconds=10) == 0, process.output()


def test_a_stdio_component_ends_with_its_client(start):
    port = free_port()
    process = start(CRYPTOFUNK, "risk-analyzer", "--stdio", METRICS_PORT=port)
    wait_for(lambda: get(f"http://127.0.0.1:{port}/health")[0] == 200, "health")
    process.popen.stdin.close()
    assert process.popen.wait(10) == 0


def test_shutdown_ends_sessions(serve, start):
    port = free_port()
    process = start(CRYPTOFUNK, "risk-analyzer", METRICS_PORT=port)
    wait_for(lambda: get(f"http://127.0.0.1:{port}/health")[0] == 200, "health")

    async def session():
        with anyio.move_on_after(20):
            async with Http(port) as client:
                await client.list_tools()
                process.popen.send_signal(signal.SIGTERM)
                await anyio.to_thread.run_sync(process.popen.wait)

    try:
        anyio.run(session)
    except Exception:
        pass  # the client's connection is gone, as it should be
    assert process.popen.poll() == 0, process.output()


def raw(port, data, read=True):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as s:
        s.sendall(data)
        answer = b""
        while read and (part := s.recv(65536)):
            answer += part
        return answer


def test_http_in_good_order(serve):
    port = serve(CRYPTOFUNK, "risk-analyzer")
    base = f"http://127.0.0.1:{port}"
    head = raw(port, b"HEAD /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200") and head.endswith(b"\r\n\r\n"), "HEAD has no body"
    status, _, body = get(f"{base}/nothing")
    assert (status, body) == (404, b"not found; this component answers /metrics, /health and /\n")
    assert raw(port, b"POST /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 405")
    status, headers, body = get(f"{base}/metrics", Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip" and b"cryptofunk_mcp_requests_total" in gzip.decompress(body)
    _, headers, _ = get(f"{base}/metrics")
    assert headers["Content-Encoding"] is None
    huge = b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-Huge: " + b"x" * 100_000 + b"\r\n\r\n"
    assert raw(port, huge).startswith(b"HTTP/1.1 431")
    status, headers, body = get(f"{base}/")
    page = body.decode()
    assert status == 200 and headers["Content-Type"] == "text/html; charset=utf-8"
    assert "href=metrics" in page and "href=health" in page and "cryptofunk_mcp_tool_calls_total" in page
    assert "://" not in page and "src=" not in page, "the page needs nothing from the network"


def test_slow_and_many_clients(serve):
    port = serve(CRYPTOFUNK, "risk-analyzer")
    slow = []
    for _ in range(50):
        s = socket.create_connection(("127.0.0.1", port))
        s.sendall(b"GET /metrics HT")
        slow.append(s)
    for _ in range(20):
        # Asks and never reads.
        s = socket.create_connection(("127.0.0.1", port))
        s.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
        slow.append(s)
    results = []
    scrapers = [threading.Thread(target=lambda: results.append(len(scrape(port)))) for _ in range(20)]
    for t in scrapers:
        t.start()
    for t in scrapers:
        t.join(30)
    assert len(results) == 20 and len(set(results)) == 1
    for s in slow:
        s.close()


def test_a_token_guards_the_values(serve, tmp_path):
    file = tmp_path / "token"
    file.write_text("secret\n")
    port = serve(CRYPTOFUNK, "risk-analyzer", METRICS_TOKEN_FILE=file)
    base = f"http://127.0.0.1:{port}"
    for path in ("/metrics", "/"):
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic secret"}):
            status, answer, body = get(base + path, **headers)
            assert status == 401 and answer["WWW-Authenticate"].startswith("Bearer") and b"cryptofunk" not in body
        assert get(base + path, Authorization="Bearer secret")[0] == 200
    assert get(f"{base}/health")[0] == 200, "probes need no token"
    file.write_text("renewed")
    assert get(f"{base}/metrics", Authorization="Bearer secret")[0] == 401
    assert get(f"{base}/metrics", Authorization="Bearer renewed")[0] == 200


def mcp(port, **headers):
    body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}'
    head = {"Host": f"127.0.0.1:{port}", "Content-Type": "application/json", "Accept": "application/json, text/event-stream", **headers}
    lines = "".join(f"{k}: {v}\r\n" for k, v in head.items())
    request = f"POST /mcp HTTP/1.1\r\n{lines}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
    with socket.create_connection(("127.0.0.1", port), timeout=10) as s:
        s.sendall(request)
        return int(s.recv(64).split()[1])


def test_mcp_checks_host_and_origin(serve):
    port = serve(CRYPTOFUNK, "risk-analyzer")
    assert mcp(port) == 200
    # Pages of this machine neither: they could place orders.
    assert mcp(port, Origin="http://localhost:3000") == 403
    assert mcp(port, Host="evil.example.com") == 403
    assert mcp(port, Origin="https://evil.example.com") == 403
    port = serve(CRYPTOFUNK, "risk-analyzer", MCP_ALLOWED_HOSTS="mcp.example.com", MCP_ALLOWED_ORIGINS="https://app.example.com:443")
    assert mcp(port, Host="mcp.example.com", Origin="https://app.example.com") == 200
    # With its port, as containers call each other.
    assert mcp(port, Host="mcp.example.com:9203") == 200
    assert mcp(port, Host="evil.example.com") == 403


def test_bodies_are_limited(serve):
    port = serve(MISBEHAVING)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as s:
        head = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        head += "Accept: application/json, text/event-stream\r\nContent-Length: 5000000\r\nConnection: close\r\n\r\n"
        s.sendall(head.encode())
        try:
            s.sendall(b" " * 5_000_000)
        except OSError:
            pass  # it need not read on
        assert s.recv(64).startswith(b"HTTP/1.1 413")


def test_an_http_client_that_goes_away_cancels_its_call(serve):
    port = serve(MISBEHAVING)
    version = "2026-07-28"
    meta = {"protocolVersion": version, "clientInfo": {"name": "hasty", "version": "1"}, "clientCapabilities": {}}
    call = {"name": "waits", "arguments": {}, "_meta": {f"io.modelcontextprotocol/{k}": v for k, v in meta.items()}}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}).encode()
    head = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nMCP-Protocol-Version: {version}\r\n"
    head += f"Mcp-Method: tools/call\r\nMcp-Name: waits\r\nAccept: application/json, text/event-stream\r\nContent-Length: {len(body)}\r\n\r\n"
    in_flight = lambda: scrape(port).of("cryptofunk_mcp_requests_in_flight", server="misbehaving")
    cancelled = lambda: scrape(port).of("cryptofunk_mcp_tool_calls_total", tool="waits", status="cancelled")
    with socket.create_connection(("127.0.0.1", port), timeout=10) as s:
        s.sendall(head.encode() + body)
        wait_for(lambda: in_flight() == 1, "the call to be in flight")
    wait_for(lambda: cancelled() == 1, "the cancellation to be recorded")
    assert in_flight() == 0
