"""Demo servers, and one that misbehaves, called by clients nobody here wrote; every counter against what was sent."""

import json
import os
import subprocess

import anyio
import pytest
from mcp import MCPError

from conftest import CRYPTOFUNK, MISBEHAVING, ROOT, Http, Stdio, free_port, modern, scrape, wait_for

RETURNS = [0.01, -0.02, 0.03, -0.01, 0.005]
PRICES = [100.0 + i % 7 for i in range(60)]
TOOLS = {
    "risk-analyzer": {
        "calculate_var": {"returns": RETURNS},
        "check_limits": {"portfolio": {"value_usd": 1000, "largest_position_usd": 500, "exposure_usd": 500}},
        "kelly_criterion": {"win_probability": 0.5, "win_loss_ratio": 2.0},
        "calculate_sharpe": {"returns": RETURNS},
        "calculate_drawdown": {"values": [100, 90, 110]},
        "check_circuit_breaker": {"drawdown": 0.01, "volatility": 0.001, "orders_per_minute": 2},
    },
    "market-data": {
        "get_price": {"symbol": "BTC-USD"},
        "get_ticker_24h": {"symbol": "ETH-USD"},
        "get_order_book": {"symbol": "SOL-USD", "venue": "beta"},
        "get_market_chart": {"symbol": "BTC-USD", "limit": 50},
    },
    "technical-indicators": {
        "calculate_rsi": {"prices": PRICES},
        "calculate_macd": {"prices": PRICES},
        "calculate_bollinger_bands": {"prices": PRICES},
        "calculate_ema": {"prices": PRICES},
        "calculate_adx": {"high": [p + 1 for p in PRICES], "low": [p - 1 for p in PRICES], "close": PRICES},
    },
}


def calls(samples, server, tool, status):
    return samples.of("cryptofunk_mcp_tool_calls_total", server=server, tool=tool, status=status)


def requests(samples, server, method, status):
    return samples.of("cryptofunk_mcp_requests_total", server=server, method=method, status=status)


async def drive(session, server):
    """Calls every tool twice, one of them wrongly, and a tool that is not there; answers what should be counted."""
    listed = await session.list_tools()
    assert {tool.name for tool in listed.tools} == set(TOOLS[server])
    for tool, arguments in TOOLS[server].items():
        for _ in range(2):
            result = await session.call_tool(tool, arguments)
            assert not result.is_error, result
    first = next(iter(TOOLS[server]))
    bad = await session.call_tool(first, {"nonsense": 1})
    assert bad.is_error and "is missing" in bad.content[0].text
    for name in ["no_such_tool", "x" * 500]:
        with pytest.raises(MCPError, match="unknown tool"):
            await session.call_tool(name, {})
    return first


def check(samples, server, first):
    for tool in TOOLS[server]:
        wrong = 1 if tool == first else 0
        assert calls(samples, server, tool, "success") == 2, tool
        assert calls(samples, server, tool, "error") == wrong, tool
        assert calls(samples, server, tool, "cancelled") == 0, tool
        count = samples.of("cryptofunk_mcp_tool_call_duration_seconds_count", server=server, tool=tool)
        assert count == 2 + wrong, tool
    assert calls(samples, server, "unknown", "error") == 2
    assert requests(samples, server, "tools/call", "success") == 2 * len(TOOLS[server])
    assert requests(samples, server, "tools/call", "error") == 3
    duration = samples.of("cryptofunk_mcp_request_duration_seconds_count", server=server, method="tools/call")
    assert duration == 2 * len(TOOLS[server]) + 3
    assert requests(samples, server, "tools/list", "success") >= 1
    assert samples.of("cryptofunk_mcp_requests_in_flight", server=server) == 0


@pytest.mark.parametrize("server", TOOLS)
def test_python_client_over_stdio(server):
    async def run():
        stdio = Stdio(CRYPTOFUNK, server, "--stdio")
        async with stdio as session:
            first = await drive(session, server)
            for openmetrics in (False, True):
                samples = scrape(stdio.port, openmetrics)
                check(samples, server, first)
                assert requests(samples, server, "initialize", "success") == 1
                assert samples.of("cryptofunk_mcp_sessions_active", server=server, transport="stdio") == 1
                assert samples.of("cryptofunk_build_info", component=server) == 1
                assert samples.of("cryptofunk_component_healthy", component=server) == 1

    anyio.run(run)


@pytest.mark.parametrize("server", TOOLS)
def test_python_client_over_http(server, serve):
    port = serve(CRYPTOFUNK, server)

    async def run():
        async with Http(port) as session:
            first = await drive(session, server)
            samples = scrape(port)
            check(samples, server, first)
            assert requests(samples, server, "initialize", "success") == 1
            assert samples.of("cryptofunk_mcp_sessions_active", server=server, transport="http") == 1
        closed = lambda: scrape(port).of("cryptofunk_mcp_sessions_active", server=server, transport="http") == 0
        await anyio.to_thread.run_sync(wait_for, closed, "the session to close")

    anyio.run(run)


@pytest.mark.parametrize("server", TOOLS)
def test_python_client_of_the_protocol_without_sessions(server, serve):
    port = serve(CRYPTOFUNK, server)

    async def run():
        async with modern(port) as client:
            assert client.protocol_version == "2026-07-28"
            first = await drive(client, server)
            samples = scrape(port)
            check(samples, server, first)
            assert requests(samples, server, "server/discover", "success") == 1

    anyio.run(run)


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_every_way_to_fail(transport, serve):
    server = "misbehaving"

    async def run():
        connection = Stdio(MISBEHAVING, "--stdio") if transport == "stdio" else Http(serve(MISBEHAVING))
        async with connection as session:
            failed = await session.call_tool("fails", {})
            assert failed.is_error and failed.content[0].text == "it failed"
            panicked = await session.call_tool("panics", {})
            assert panicked.is_error and "log says more" in panicked.content[0].text
            slow = await session.call_tool("slow", {})
            assert slow.is_error and "50ms" in slow.content[0].text
            with pytest.raises(MCPError):
                # The client sends notifications/cancelled when its patience ends.
                await session.call_tool("waits", {}, read_timeout_seconds=0.2)
            cancelled = lambda: calls(scrape(connection.port), server, "waits", "cancelled") == 1
            await anyio.to_thread.run_sync(wait_for, cancelled, "the cancellation to be recorded")
            with pytest.raises(MCPError):
                await session.list_prompts()
            # The server lives on.
            assert not (await session.call_tool("fine", {})).is_error
            samples = scrape(connection.port)
            for tool, success, error, cancel in [
                ("fine", 1, 0, 0), ("fails", 0, 1, 0), ("panics", 0, 1, 0), ("slow", 0, 1, 0), ("waits", 0, 0, 1), ("unknown", 0, 0, 0),
            ]:
                got = [calls(samples, server, tool, status) for status in ("success", "error", "cancelled")]
                assert got == [success, error, cancel], tool
                count = samples.of("cryptofunk_mcp_tool_call_duration_seconds_count", server=server, tool=tool)
                assert count == success + error + cancel, tool
            got = [requests(samples, server, "tools/call", status) for status in ("success", "error", "cancelled")]
            assert got == [1, 3, 1]
            assert requests(samples, server, "prompts/list", "error") == 1
            assert samples.of("cryptofunk_mcp_requests_in_flight", server=server) == 0

    anyio.run(run)


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_inspector(transport, serve):
    """The MCP Inspector's command-line mode; each call is a session of its own."""
    cli = [ROOT / "target/test-tools/node_modules/.bin/mcp-inspector-cli", "--cli"]
    env = {**os.environ, "RUST_LOG": "error"}
    if transport == "http":
        port = serve(CRYPTOFUNK, "risk-analyzer")
        target = [f"http://127.0.0.1:{port}/mcp", "--transport", "http"]
    else:
        env["METRICS_PORT"] = str(free_port())
        target = [CRYPTOFUNK, "risk-analyzer", "--stdio"]

    def inspect(*arguments):
        done = subprocess.run([*map(str, cli), *target, *arguments], capture_output=True, text=True, env=env, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    tools = inspect("--method", "tools/list")["tools"]
    assert {tool["name"] for tool in tools} == set(TOOLS["risk-analyzer"])
    var = next(tool for tool in tools if tool["name"] == "calculate_var")
    assert var["inputSchema"]["properties"]["confidence"]["default"] == 0.95
    assert var["inputSchema"]["properties"]["returns"]["description"].startswith("Periodic returns")
    assert "var_ratio" in var["outputSchema"]["properties"]
    kelly = inspect(
        "--method", "tools/call", "--tool-name", "kelly_criterion",
        "--tool-arg", "win_probability=0.5", "--tool-arg", "win_loss_ratio=2",
    )
    assert kelly["structuredContent"] == {"kelly_fraction": 0.25, "recommended_fraction": 0.125}
    if transport == "http":
        samples = scrape(port)
        assert requests(samples, "risk-analyzer", "initialize", "success") == 2
        # The Inspector lists the tools before it calls one.
        assert requests(samples, "risk-analyzer", "tools/list", "success") >= 1
        assert calls(samples, "risk-analyzer", "kelly_criterion", "success") == 1


class Raw:
    """A client that speaks the protocol by hand, so that it can be as rude as it likes."""

    def __init__(self, *command):
        self.port = free_port()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "METRICS_PORT": str(self.port), "RUST_BACKTRACE": "0", "RUST_LOG": "off"},
        )

    def __enter__(self):
        self.send([{
            "jsonrpc": "2.0", "id": 0, "method": "initialize",
            "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "rude", "version": "1"}},
        }])
        self.process.stdin.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()

    def send(self, messages):
        """Sends requests, a few hundred at a time, and answers their answers."""
        answers = []
        for at in range(0, len(messages), 200):
            batch = messages[at:at + 200]
            self.process.stdin.write(b"".join(json.dumps(m).encode() + b"\n" for m in batch))
            self.process.stdin.flush()
            answers += [json.loads(self.process.stdout.readline()) for _ in batch]
        return answers


def request(i, method, params):
    return {"jsonrpc": "2.0", "id": i, "method": method, "params": params}


N = 100_000


@pytest.mark.long
def test_a_hostile_client_cannot_grow_the_series():
    with Raw(MISBEHAVING, "--stdio") as client:
        # The series of `other` exist once there was one; from then on there are no others.
        client.send([request(1, "evil/first", {}), request(2, "tools/call", {"name": "evil_first", "arguments": {}})])
        before = scrape(client.port)
        methods = client.send([request(i + 1, f"evil/{i}", {}) for i in range(N)])
        assert all(answer["error"]["code"] == -32601 for answer in methods)
        tools = client.send([request(i + 1, "tools/call", {"name": f"evil_{i}", "arguments": {}}) for i in range(N)])
        assert all(answer["error"]["code"] == -32602 for answer in tools)
        after = scrape(client.port)
        assert set(after) == set(before)
        assert requests(after, "misbehaving", "other", "error") == N + 1
        assert calls(after, "misbehaving", "unknown", "error") == N + 1

        symbols = client.send([request(i + 1, "tools/call", {"name": "trade", "arguments": {"symbol": f"EVIL-{i}"}}) for i in range(N)])
        assert not any(answer["result"].get("isError") for answer in symbols)
        after = scrape(client.port)
        # The stated budget is 100 symbols, and `other`; 2 sides, 3 statuses and 2 modes each.
        new = set(after) - set(before)
        assert len(new) == 101 * 2 * 3 * 2
        assert after.of("cryptofunk_trades_total", side="buy") == N
        assert after.of("cryptofunk_trades_total", symbol="other", side="buy") == N - 100
        assert after.of("cryptofunk_metrics_label_overflow_total", metric="cryptofunk_trades_total", label="symbol") == N - 100


def test_rude_messages_are_answered_and_counted():
    with Raw(MISBEHAVING, "--stdio") as client:
        arguments_are_a_list, no_params = client.send([
            request(1, "tools/call", {"name": "fine", "arguments": [1, 2]}),
            request(2, "tools/call", {}),
        ])
        assert arguments_are_a_list["error"]["code"] == no_params["error"]["code"] == -32602
        (symbol,) = client.send([request(3, "tools/call", {"name": "trade", "arguments": {"symbol": "x" * 1_000_000}})])
        assert not symbol["result"].get("isError")
        samples = scrape(client.port)
        assert calls(samples, "misbehaving", "fine", "error") == 1
        assert calls(samples, "misbehaving", "unknown", "error") == 1
        assert requests(samples, "misbehaving", "tools/call", "error") == 2
        assert samples.of("cryptofunk_trades_total", symbol="other") == 1
