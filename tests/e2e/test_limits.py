"""What one caller can cost the others: long calculations, bodies of many values, and long texts."""

import concurrent.futures
import json
import pathlib
import threading
import urllib.error
import urllib.request

import pytest

from conftest import COMPONENTS, CRYPTOFUNK, call_tool, free_port, get, offset, scrape, wait_for


@pytest.fixture
def indicators(start):
    port = free_port()
    process = start(CRYPTOFUNK, "technical-indicators", METRICS_PORT=port)
    wait_for(lambda: get(f"http://127.0.0.1:{port}/health")[0] == 200, "health")
    return port, process.popen.pid


def memory(pid):
    """The most memory that a process has ever had, in MiB."""
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:"))


def test_long_calculations_leave_health_to_others(indicators):
    port, _ = indicators
    prices = [100.0 + number % 7 for number in range(100_000)]
    enough = threading.Event()

    def call_on():
        """Calls until there is enough, for nobody knows how long one call takes. Answers the last bands."""
        while True:
            bands = call_tool(port, "calculate_bollinger_bands", timeout=120, prices=prices, period=10_000)
            if enough.is_set():
                return bands

    def healthy_beside_calls():
        assert get(f"http://127.0.0.1:{port}/health")[0] == 200
        return scrape(port).of("cryptofunk_mcp_requests_in_flight") > 0

    # More at once than the server has workers.
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        callers = [pool.submit(call_on) for _ in range(6)]
        try:
            for _ in range(3):
                wait_for(healthy_beside_calls, "health beside calls that run")
        finally:
            enough.set()
        for caller in callers:
            bands = caller.result()
            assert len(bands["upper"]["values"]) == 90_001 and bands["middle"]["first_index"] == 9_999


def test_a_body_of_many_values_is_refused_before_it_is_read(indicators):
    port, pid = indicators
    ones = "[" + "1," * 6_000_000 + "1]"
    body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"calculate_ema","arguments":{"prices":' + ones + "}}}"
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", "Mcp-Method": "tools/call"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/mcp", data=body.encode(), headers=headers)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert refused.value.code == 413
    answer = json.loads(refused.value.read())
    assert answer["error"]["code"] == -32600 and "more than 600000 JSON values" in answer["error"]["message"]
    print("memory", memory(pid), "MiB")
    assert memory(pid) < 256
    refusals = scrape(port).of("cryptofunk_mcp_errors_total", method="tools/call", type="refused")
    assert refusals == 1


def test_messages_to_the_orchestrator_have_a_length(start):
    move = offset()
    ports = {name: port + move for name, port in COMPONENTS.items()}
    up = start(CRYPTOFUNK, "up", "--port-offset", move, "--only", "orchestrator,market-data,risk-analyzer,order-executor")
    wait_for(lambda: "Ctrl-C stops everything" in up.output(), "the components", seconds=90)
    token = (pathlib.Path(up.log.name).parent / f"cryptofunk-data/offset-{move}/api-token").read_text().strip()

    def send(**signal):
        signal = {"agent": "trend-agent", "symbol": "BTC-USD", "tick": 1, "advice": "hold", "confidence": 0.5, "reason": "", **signal}
        request = urllib.request.Request(
            f"http://127.0.0.1:{ports['orchestrator']}/bus/signals", data=json.dumps(signal).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code

    count = lambda result: scrape(ports["orchestrator"]).of("cryptofunk_orchestrator_signals_total", result=result)
    wait_for(lambda: send() == 202 and count("stale") > 0, "a signal to arrive")
    assert send(reason="x" * 5_000) == 413
    dropped = count("dropped")
    assert [send(reason="x" * 501), send(symbol="x" * 100), send(confidence=2)] == [202] * 3
    wait_for(lambda: count("dropped") == dropped + 3, "the long ones to be dropped")
