"""Who may change something: whoever has the token that `up` has made. Not a stranger on this machine, and not a web page."""

import contextlib
import http.client
import http.server
import json
import re
import socket
import subprocess
import threading

import pytest
from playwright.sync_api import sync_playwright

from chaos import books
from conftest import CRYPTOFUNK, ROOT, System, ToolError, call_tool, free_port, get, processes, wait_for
from servers import Servers
from test_page import ARGUMENTS

SIGNAL = {"agent": "trend-agent", "symbol": "BTC-USD", "tick": 1, "advice": "buy", "confidence": 1.0, "reason": "forged", "veto": False}
ORDER = {"order_id": "forged", "symbol": "BTC-USD", "side": "buy", "quantity": 0.001}
BREAKER = {"drawdown": 0.0, "volatility": 0.0, "orders_per_minute": 0}
MESSAGES = {"signals": SIGNAL, "heartbeats": {"agent": "trend-agent", "healthy": False}, "control": {"type": "pause"}, "decisions": {}}


@pytest.fixture(scope="module", params=["embedded", "servers"])
def running(request, tmp_path_factory):
    """One system for the whole file: all that decides, and one agent. On embedded defaults, and on PostgreSQL, Redis and NATS."""
    folder = tmp_path_factory.mktemp("bus")
    with contextlib.ExitStack() as stack:
        servers = Servers(folder) if request.param == "servers" else None
        if servers:
            stack.callback(servers.close)
        start = stack.enter_context(processes(folder))
        some = "order-executor,market-data,technical-indicators,risk-analyzer,orchestrator,api,trend-agent"
        system = System(start, folder, "--only", some, **(servers.env if servers else {}))
        system.servers = servers
        known = lambda: system.api("status")["rounds"] > 0 and system.api("agents")["items"]
        wait_for(known, "a round, and the agent to be heard of", seconds=60)
        yield system


def ask(port, method, path, body=None, **headers):
    """Answers status and body of a request with exactly these headers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path, skip_host="Host" in headers)
    body = json.dumps(body).encode() if body is not None else b""
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders(body)
    answer = connection.getresponse()
    status, text = answer.status, answer.read(65536) if answer.status != 200 else b""
    connection.close()
    return status, text.decode()


def changes(running):
    """Every path that changes something, with a body that it takes: port, path, body."""
    orchestrator, api = running.ports["orchestrator"], running.ports["api"]
    if running.servers is None:
        yield from ((orchestrator, f"/bus/{subject}", body) for subject, body in MESSAGES.items())
    yield from ((orchestrator, path, None) for path in ("/pause", "/resume"))
    yield from ((api, path, None) for path in ("/api/v1/pause", "/api/v1/resume"))


def publish(running, subject, body, password):
    """Publishes over NATS; what the server says to it."""
    who = {"user": "cryptofunk", "pass": password} if password else {}
    message = json.dumps(body).encode()
    with socket.create_connection(("127.0.0.1", running.servers.nats_port), timeout=10) as s, s.makefile("rb") as said:
        assert said.readline().startswith(b"INFO ")
        head = f"CONNECT {json.dumps({'verbose': False, 'lang': 'test', 'version': '1', **who})}\r\nPUB cryptofunk.{subject} {len(message)}\r\n"
        s.sendall(head.encode() + message + b"\r\nPING\r\n")
        return said.readline().decode()


def state(running):
    """All that a stranger might change."""
    status = running.api("status")
    agents = {agent["agent"]: agent["signals"] for agent in running.api("agents")["items"]}
    tables = books.read_postgres(running.servers.postgres) if running.servers else books.read_sqlite(running.data() / "trades.db")
    orders = len(tables["orders"])
    sessions = [(session["id"], session["active"]) for session in tables["sessions"]]
    tripped = running.scrape("risk-analyzer").of("cryptofunk_circuit_breaker_tripped")
    forged = [signal for signal in running.api("signals?limit=500")["items"] if signal["reason"] == "forged"]
    return status["paused"], agents.keys(), forged, orders, sessions, tripped


def test_without_the_token_nothing_is_changed(running):
    before = state(running)
    for port, path, body in changes(running):
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {running.token()}"}):
            status, text = ask(port, "POST", path, body, **headers)
            assert status == 401 and "API_TOKEN_FILE" in text, (path, headers, status, text)
    # Nor is the bus listened to.
    if running.servers is None:
        assert ask(running.ports["orchestrator"], "GET", "/bus/signals")[0] == 401
    else:
        assert ask(running.ports["orchestrator"], "POST", "/bus/signals", SIGNAL)[0] == 404, "with NATS there is no other bus"
        for subject, body in MESSAGES.items():
            for password in (None, "wrong"):
                assert "Authorization Violation" in publish(running, subject, body, password)
    call = lambda server, tool, **arguments: running.call(server, tool, token=None, **arguments)
    for server, tool, arguments in [
        ("order-executor", "place_market_order", ORDER),
        ("order-executor", "place_limit_order", {**ORDER, "price": 10}),
        ("order-executor", "cancel_order", {"order_id": "forged"}),
        ("order-executor", "start_session", {"session_id": "forged", "replace": True}),
        ("order-executor", "stop_session", {}),
        ("order-executor", "get_session_stats", {"record": True}),
        ("risk-analyzer", "check_circuit_breaker", {**BREAKER, "manual_halt": True}),
    ]:
        for token in (None, "wrong"):
            with pytest.raises(ToolError, match="a bearer token is required, that of the file API_TOKEN_FILE"):
                running.call(server, tool, token=token, **arguments)
    # The breaker says what it would do, and does not do it.
    assert call("risk-analyzer", "check_circuit_breaker", **{**BREAKER, "drawdown": 0.9})["tripped"]
    # What only looks needs no token.
    assert call("order-executor", "get_session_stats")["active"]
    assert call("market-data", "get_price", symbol="BTC-USD")["price"] > 0
    assert state(running) == before


def test_another_host_or_origin_is_refused_also_with_the_token(running):
    before = state(running)
    bearer = {"Authorization": f"Bearer {running.token()}"}
    for port, path, body in changes(running):
        for headers in ({"Host": f"evil.example.com:{port}"}, {"Origin": "https://evil.example.com"}, {"Origin": f"http://127.0.0.1:{port + 1}"}):
            status, text = ask(port, "POST", path, body, **bearer, **headers)
            assert status == 403 and "MCP_ALLOWED" in text, (path, headers, status, text)
    port = running.ports["orchestrator"]
    head = f"POST /pause HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: evil.example.com\r\nAuthorization: {bearer['Authorization']}\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as s:
        s.sendall(f"{head}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
        assert int(s.recv(64).split()[1]) in (400, 403)
    assert state(running) == before


class Page(http.server.ThreadingHTTPServer):
    """A page of somebody else."""

    def __init__(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(handler):
                handler.send_response(200)
                handler.send_header("Content-Type", "text/html")
                handler.end_headers()
                handler.wfile.write(b"<!doctype html><title>evil</title>")

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


# Everything that a page can try: with and without asking first, and a form, which the browser sends whatever the other side says.
ATTACK = """async ([attempts, token]) => {
  const said = [];
  for (const [url, body, type] of attempts) {
    for (const mode of ["no-cors", "cors"]) {
      for (const headers of [{"Content-Type": "text/plain"}, {"Content-Type": type}, {"Content-Type": type, "Authorization": "Bearer " + token}]) {
        try {
          const answer = await fetch(url, {method: "POST", mode, headers, body});
          if (answer.type != "opaque") said.push([url, answer.status]);
        } catch { said.push([url, "refused"]); }
      }
    }
    const frame = Object.assign(document.createElement("iframe"), {name: "sink" + Math.random()});
    const form = Object.assign(document.createElement("form"), {method: "POST", action: url, enctype: "text/plain", target: frame.name});
    const field = Object.assign(document.createElement("input"), {name: (body || "{}").slice(0, -1) + ', "x": "', value: '"}'});
    form.append(field);
    document.body.append(frame, form);
    await new Promise(done => { frame.onload = done; form.submit(); });
    said.push([url, "form"]);
  }
  return said;
}"""


def attempts(running, host="127.0.0.1"):
    call = lambda name, arguments: json.dumps({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": name, "arguments": arguments, "_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}},
    })
    for port, path, body in changes(running):
        yield f"http://{host}:{port}{path}", json.dumps(body or {}), "application/json"
    for name, arguments in [("place_market_order", ORDER), ("start_session", {"session_id": "forged", "replace": True})]:
        yield f"http://{host}:{running.ports['order-executor']}/mcp", call(name, arguments), "application/json"
    halt = call("check_circuit_breaker", {**BREAKER, "manual_halt": True})
    yield f"http://{host}:{running.ports['risk-analyzer']}/mcp", halt, "application/json"


def test_a_web_page_changes_nothing(running):
    """In a real browser: a page of another origin, and one whose name points to this machine. Both even know the token."""
    before = state(running)
    evil = Page()
    with sync_playwright() as playwright:
        rules = "--host-resolver-rules=MAP evil.example.com 127.0.0.1,MAP rebound.example.com 127.0.0.1"
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*ARGUMENTS, rules])
        page = browser.new_page()
        sent = []
        page.on("request", lambda request: sent.append((request.method, request.url)))
        for origin in (f"http://evil.example.com:{evil.server_port}", f"http://127.0.0.1:{evil.server_port}"):
            page.goto(origin)
            tried = list(attempts(running))
            said = page.evaluate(ATTACK, [tried, running.token()])
            assert {answer for _, answer in said} <= {"refused", "form"}, said
            assert all(("POST", url) in sent for url, *_ in tried), "each was really sent"
            assert state(running) == before
        # The name of the page is that of the component: the browser takes both for one origin, and sends whatever the page wants.
        for url, body, kind in attempts(running, "rebound.example.com"):
            page.goto("/".join(url.split("/")[:3]) + "/health")
            said = page.evaluate(ATTACK, [[(url, body, kind)], running.token()])
            assert {answer for _, answer in said} <= {401, 403, "form"}, said
            assert state(running) == before
        browser.close()
    evil.shutdown()


def test_with_the_token_everything_is_changed(running):
    """So what was refused above was refused for want of it."""
    bearer = {"Authorization": f"Bearer {running.token()}"}
    orchestrator = running.ports["orchestrator"]
    forged = {**SIGNAL, "tick": running.api("status")["tick"] or 1}
    if running.servers is None:
        assert ask(orchestrator, "POST", "/bus/signals", forged, **bearer)[0] == 202
    else:
        assert publish(running, "signals", forged, "se/cret") == "PONG\r\n"
    wait_for(lambda: any(signal["reason"] == "forged" for signal in running.api("signals?limit=500")["items"]), "the signal to be heard")
    # From a page of its own, too.
    assert ask(orchestrator, "POST", "/pause", Origin=f"http://127.0.0.1:{orchestrator}", **bearer)[0] == 200
    assert running.api("status")["paused"]
    assert not running.change("resume")["paused"]
    assert running.call("order-executor", "place_market_order", **{**ORDER, "order_id": "real"})["status"] == "filled"
    assert running.call("risk-analyzer", "check_circuit_breaker", **BREAKER, manual_halt=True)["reasons"] == ["manual_halt"]
    assert running.call("order-executor", "start_session", session_id="other", replace=True)["session_id"] == "other"


def test_the_address_of_metrics_bind_is_a_host(start):
    """Components that listen on it call each other by it."""
    port = free_port()
    start(CRYPTOFUNK, "risk-analyzer", METRICS_PORT=port, METRICS_BIND="127.0.0.2")
    wait_for(lambda: get(f"http://127.0.0.2:{port}/health")[0] == 200, "health")
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    said = {}
    for host in (f"127.0.0.2:{port}", f"127.0.0.3:{port}"):
        connection = http.client.HTTPConnection("127.0.0.2", port, timeout=10)
        connection.request("POST", "/mcp", "{}", {**headers, "Host": host})
        said[host] = connection.getresponse().status
        connection.close()
    assert said[f"127.0.0.2:{port}"] != 403 == said[f"127.0.0.3:{port}"]


def test_the_command_of_the_page_halts_trading(running):
    (command,) = [block for block in re.findall(r"```sh\n(.*?)```", (ROOT / "docs/DEMO.md").read_text(), re.S) if "/pause" in block]
    command = command.replace("127.0.0.1:8080", f"127.0.0.1:{running.ports['api']}")
    command = command.replace("cryptofunk-data/api-token", f"cryptofunk-data/offset-{running.offset}/api-token")
    done = subprocess.run(["bash", "-c", command], cwd=running.folder, capture_output=True, text=True, timeout=30, check=True)
    assert json.loads(done.stdout)["paused"] and running.api("status")["paused"]
    assert not running.change("resume")["paused"]


def test_without_a_token_file_it_is_said_what_is_missing(serve, start, tmp_path):
    orchestrator = serve(CRYPTOFUNK, "risk-analyzer")
    with pytest.raises(ToolError, match="no token is set up: put one into a file and name it in API_TOKEN_FILE"):
        call_tool(orchestrator, "check_circuit_breaker", **BREAKER, manual_halt=True)
    port = free_port()
    up = start(CRYPTOFUNK, "orchestrator", METRICS_PORT=port)
    wait_for(lambda: get(f"http://127.0.0.1:{port}/api/v1/status")[0] == 200, "the orchestrator")
    agent = start(CRYPTOFUNK, "trend-agent", METRICS_PORT=free_port(), ORCHESTRATOR_URL=f"http://me:secret@127.0.0.1:{port}")
    wait_for(lambda: "no token is set up" in agent.output(), "the agent to say why nobody hears it")
    assert "secret" not in agent.output() + up.output()
