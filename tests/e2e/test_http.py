"""Streamable HTTP as its environment says: ports, tokens, limits, and the end."""

import concurrent.futures
import json
import os
import signal
import socket
import subprocess

import anyio
import httpx2
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from conftest import MISBEHAVING, free_port, get, scrape, wait_for

INITIALIZE = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}},
}
ACCEPT = {"Accept": "application/json, text/event-stream"}


def request(method, port, message=None, headers={}, path="/mcp"):
    """A connection on which the request was sent; its answer is not read."""
    body = b"" if message is None else json.dumps(message).encode()
    head = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": len(body), **ACCEPT, **headers}
    s = socket.create_connection(("127.0.0.1", port), timeout=60)
    lines = "".join(f"{key}: {value}\r\n" for key, value in head.items())
    s.sendall(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
    return s


def head(s):
    """The status and the headers of an answer, and what of its body came with them."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        part = s.recv(65536)
        assert part, answer
        answer += part
    lines, _, body = answer.partition(b"\r\n\r\n")
    first, *headers = lines.decode().split("\r\n")
    return int(first.split()[1]), dict(line.lower().split(": ", 1) for line in headers), body


def ask(port, message, **headers):
    with request("POST", port, message, {"Connection": "close", **headers}) as s:
        status, headers, body = head(s)
        while part := s.recv(65536):
            body += part
        return status, headers, body


def open_session(port):
    status, headers, _ = ask(port, INITIALIZE)
    assert status == 200
    session = {"Mcp-Session-Id": headers["mcp-session-id"]}
    assert ask(port, {"jsonrpc": "2.0", "method": "notifications/initialized"}, **session)[0] == 202
    return session


@pytest.mark.parametrize("params", [5, "x", [1], True])
def test_a_request_whose_parameters_are_no_object_is_refused_with_its_id(serve, params):
    port = serve(MISBEHAVING)
    session = open_session(port)
    for headers in (session, {}):
        for method in ("tools/call", "ping", "no/such/method"):
            status, _, body = ask(port, {"jsonrpc": "2.0", "id": "seven", "method": method, "params": params}, **headers)
            assert status == 400
            answer = json.loads(body)
            assert (answer["id"], answer["error"]["code"]) == ("seven", -32600), answer
    status, _, body = ask(port, {"jsonrpc": "2.0", "method": "notifications/initialized", "params": params}, **session)
    assert status == 400 and json.loads(body)["error"]["code"] == -32600
    assert scrape(port).of("cryptofunk_mcp_errors_total", server="misbehaving", type="refused") == 7


def test_a_client_that_closes_its_side_gets_its_answer(serve):
    port = serve(MISBEHAVING)
    session = open_session(port)
    calls = [
        ("POST", "/mcp", {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": name, "arguments": {}}}, text)
        for name, text in [("fine", b'"fine"'), ("slow", b"within 50ms")]
    ]
    for method, path, message, text in [*calls, ("GET", "/metrics", None, b"cryptofunk_mcp"), ("GET", "/health", None, b"healthy")]:
        with request(method, port, message, {"Connection": "close", **session}, path) as s:
            s.shutdown(socket.SHUT_WR)
            status, _, answer = head(s)
            while part := s.recv(65536):
                answer += part
        assert status == 200 and text in answer, (path, answer)


def test_mcp_may_have_a_port_of_its_own(serve):
    mcp = free_port()
    metrics = serve(MISBEHAVING, MCP_PORT=mcp)
    open_session(mcp)
    assert get(f"http://127.0.0.1:{mcp}/metrics")[0] == 404 and get(f"http://127.0.0.1:{mcp}/health")[0] == 404
    assert ask(metrics, INITIALIZE)[0] == 404
    assert scrape(metrics).of("cryptofunk_mcp_sessions_active", server="misbehaving", transport="http") == 1


def test_the_address_of_the_server_has_a_name_of_its_own(start):
    port = free_port()
    process = start(MISBEHAVING, METRICS_PORT=port, MCP_BIND="127.0.0.2")
    wait_for(lambda: get(f"http://127.0.0.2:{port}/health")[0] == 200, "health at the address of MCP_BIND")
    with pytest.raises(OSError):
        get(f"http://127.0.0.1:{port}/health")
    assert process.output() == f"misbehaving: MCP on http://127.0.0.2:{port}/mcp, metrics on http://127.0.0.2:{port}/metrics\n"


def test_the_server_and_its_metrics_may_have_an_address_each(start):
    port, mcp = free_port(), free_port()
    process = start(MISBEHAVING, METRICS_PORT=port, METRICS_BIND="127.0.0.3", MCP_PORT=mcp, MCP_BIND="127.0.0.2")
    wait_for(lambda: get(f"http://127.0.0.3:{port}/health")[0] == 200, "health at the address of METRICS_BIND")
    assert process.output() == f"misbehaving: MCP on http://127.0.0.2:{mcp}/mcp, metrics on http://127.0.0.3:{port}/metrics\n"


def test_a_client_with_the_token_is_served(serve, tmp_path):
    token = tmp_path / "token"
    token.write_text("secret\n")
    port = serve(MISBEHAVING, MCP_TOKEN_FILE=token, MCP_AUTHORIZATION_SERVERS="https://login.example.com")
    status, headers, _ = ask(port, INITIALIZE)
    assert status == 401 and headers["www-authenticate"].startswith("bearer")
    where = headers["www-authenticate"].split('resource_metadata="')[1].split('"')[0]
    assert where == "http://127.0.0.1/.well-known/oauth-protected-resource/mcp"
    metadata = json.loads(get(f"http://127.0.0.1:{port}/.well-known/oauth-protected-resource/mcp")[2])
    assert metadata["authorization_servers"] == ["https://login.example.com"]

    async def call():
        async with httpx2.AsyncClient(headers={"Authorization": "Bearer secret"}) as http:
            async with streamable_http_client(f"http://127.0.0.1:{port}/mcp", http_client=http) as streams:
                async with ClientSession(streams[0], streams[1]) as client:
                    await client.initialize()
                    return (await client.call_tool("fine", {})).content[0].text

    assert anyio.run(call) == "fine"
    # A scraper and a probe need none.
    assert scrape(port).of("cryptofunk_mcp_errors_total", method="other", type="refused") == 1


def test_512_open_streams_leave_scrapes_and_probes_their_places(serve):
    port = serve(MISBEHAVING)

    def stream(_):
        s = request("GET", port, headers=open_session(port))
        return s, head(s)[0]

    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        streams = list(pool.map(stream, range(517)))
    assert {status for _, status in streams} == {200}
    assert get(f"http://127.0.0.1:{port}/health")[0] == 200
    assert scrape(port).of("cryptofunk_mcp_sessions_active", server="misbehaving", transport="http") == 517
    for s, _ in streams:
        s.close()


def test_sessions_that_are_opened_and_left_are_bounded(serve):
    port = serve(MISBEHAVING, MCP_SESSIONS=50)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: ask(port, INITIALIZE), range(500)))
    busy = [headers for status, headers, _ in answers if status == 503]
    assert len(busy) > 0 and all(headers["retry-after"] == "1" for headers in busy)
    assert {status for status, _, _ in answers} == {200, 503}
    assert scrape(port).of("cryptofunk_mcp_sessions_active", server="misbehaving", transport="http") == 50


def test_idle_sessions_end(serve):
    port = serve(MISBEHAVING, MCP_SESSION_IDLE="300ms")
    for _ in range(20):
        ask(port, INITIALIZE)
    active = lambda: scrape(port).of("cryptofunk_mcp_sessions_active", server="misbehaving", transport="http")
    wait_for(lambda: active() == 0, "the sessions to end")
    assert scrape(port).of("cryptofunk_mcp_session_duration_seconds_count", server="misbehaving", transport="http") == 20


def test_calls_are_answered_before_the_process_ends(start):
    port, metrics = free_port(), free_port()
    process = start(MISBEHAVING, METRICS_PORT=metrics, MCP_PORT=port, MCP_DRAIN="2s")
    wait_for(lambda: get(f"http://127.0.0.1:{metrics}/health")[0] == 200, "health")
    session = open_session(port)
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "waits", "arguments": {}}}
    with request("POST", port, call, {"Connection": "close", **session}) as s:
        head(s)
        wait_for(lambda: scrape(metrics).of("cryptofunk_mcp_requests_in_flight", server="misbehaving") == 1, "the call")
        process.popen.send_signal(signal.SIGTERM)
        answer = b""
        while part := s.recv(65536):
            answer += part
    assert b"the server stops before the tool `waits` has finished" in answer
    assert process.popen.wait(10) == 0, process.output()


@pytest.mark.parametrize("variable, value, expected", [
    ("MCP_SESSION_IDLE", "soon", "a duration, such as 30s or 5m"),
    ("MCP_SESSIONS", "many", "a whole number"),
    ("MCP_PORT", "70000", "a port from 0 to 65535"),
    ("MCP_BIND", "localhost", "an IP address"),
    ("MCP_AUTHORIZATION_SERVERS", "login.example.com", "with their schemes"),
    ("MCP_TOKEN_FILE", "/does/not/exist", "which MCP_TOKEN_FILE names: No such file"),
])
def test_a_wrong_setting_is_named(variable, value, expected):
    assert expected in refused(**{variable: value}, variable=variable)


def test_one_port_has_one_address():
    said = refused(METRICS_BIND="127.0.0.3", MCP_BIND="127.0.0.2", variable="MCP_BIND")
    assert "the address of METRICS_BIND; to give /mcp an address of its own, set MCP_PORT too" in said


def refused(variable, **settings):
    """What a server with these settings says at its end, of this variable."""
    env = {**os.environ, "METRICS_PORT": "0", **settings}
    ended = subprocess.run([MISBEHAVING], capture_output=True, text=True, timeout=30, env=env)
    assert ended.returncode == 1 and variable in ended.stderr
    return ended.stderr
