"""The market's clock and the rounds go on, whoever is started again."""

import json
import os
import pathlib
import re
import signal
import time

import pytest

from conftest import CRYPTOFUNK, COMPONENTS, ToolError, call_tool, free_port, get, offset, wait_for

HISTORY = 1_500


class Parts:
    """What decides, component by component, with the settings that compose and Kubernetes have: nothing names a run or an opening."""

    def __init__(self, start, folder, settings):
        self.start, self.folder, self.settings, self.offset = start, folder, settings, offset()
        (folder / "token").write_text("secret")
        self.running = {}

    def port(self, name):
        return COMPONENTS[name] + self.offset

    def begin(self, name, **env):
        common = {"PORT_OFFSET": self.offset, "METRICS_PORT": self.port(name), "API_TOKEN_FILE": self.folder / "token"}
        market = {"MARKET_TICK": "20ms", "MARKET_EPOCH": "", "RUN_ID": ""}
        process = self.running[name] = self.start(CRYPTOFUNK, name, **common, **self.settings, **{**market, **env})

        def listens():
            assert process.popen.poll() is None, process.output()
            return get(f"http://127.0.0.1:{self.port(name)}/metrics")[0] == 200

        wait_for(listens, f"{name} to listen")

    def kill(self, name):
        self.running[name].end(signal.SIGKILL)

    def status(self):
        status, _, body = get(f"http://127.0.0.1:{self.port('orchestrator')}/api/v1/status")
        assert status == 200
        return json.loads(body)

    def goes_on(self, what, **expected):
        """A round later than now, with these."""
        rounds = self.status()["rounds"]

        def later():
            status = self.status()
            return status["rounds"] > rounds and status if all(status[key] == value for key, value in expected.items()) else None

        return wait_for(later, what, seconds=40)


def test_the_market_and_the_orchestrator_are_started_again(start, tmp_path, settings):
    parts = Parts(start, tmp_path, settings)
    # Open for some time already: five thousand ticks.
    parts.begin("market-data", MARKET_EPOCH=int(time.time() * 1000) - 100_000)
    for name in ("order-executor", "risk-analyzer", "orchestrator"):
        parts.begin(name)
    first = parts.goes_on("a round")
    assert first["tick"] > HISTORY + 5_000
    now = lambda: call_tool(parts.port("market-data"), "get_price", symbol="BTC-USD")["tick"]

    parts.kill("market-data")
    parts.begin("market-data")
    assert now() >= first["tick"], "the market goes on"
    second = parts.goes_on("rounds after a restart of the market", session_id=first["session_id"])
    assert second["tick"] > first["tick"]

    parts.kill("orchestrator")
    parts.begin("orchestrator")
    third = parts.goes_on("rounds after a restart of the orchestrator", session_id=first["session_id"])
    assert third["tick"] > second["tick"]

    with pytest.raises(ToolError, match="is for tick 1600, but the market is at"):
        order = {"order_id": "late", "symbol": "BTC-USD", "side": "buy", "quantity": 0.001}
        call_tool(parts.port("order-executor"), "place_market_order", token="secret", **order, at=1_600)

    # A market whose clock is lost begins anew, and trading with it, in a session of its own. It says so.
    parts.kill("market-data")
    os.unlink(tmp_path / "cryptofunk-data/market-clock")
    parts.begin("market-data")
    anew = lambda: parts.status()["session_id"] != first["session_id"] and parts.status()["tick"] < first["tick"]
    wait_for(anew, "rounds of a market that has begun anew", seconds=40)
    assert re.search(r"the market has begun anew, at tick \d+ after \d+", parts.running["orchestrator"].output())
    parts.goes_on("rounds to go on in it", session_id=parts.status()["session_id"])

    assert parts.running["order-executor"].end() == 0
    if "DATABASE_URL" in settings:
        return
    # The database is one file.
    beside = tmp_path / "cryptofunk-data/trades.db-wal"
    assert not beside.exists() or beside.stat().st_size == 0


def test_a_clock_that_steps_back_stops_nothing(start, tmp_path, settings):
    """The machine's clock, that is: the monotonic one never does."""
    (library,) = pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
    clock = tmp_path / "clock"
    clock.write_text("+0")
    fake = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": clock, "FAKETIME_NO_CACHE": 1, "FAKETIME_DONT_FAKE_MONOTONIC": 1}
    parts = Parts(start, tmp_path, settings)
    for name in ("market-data", "order-executor", "risk-analyzer", "orchestrator"):
        parts.begin(name, **fake)
    first = parts.goes_on("a round")
    seen = lambda: json.loads(get(f"http://127.0.0.1:{parts.port('market-data')}/health")[2])["timestamp"]
    for step in ("-2h", "-1d", "+3h"):
        before = seen()
        clock.write_text(step)
        wait_for(lambda: (seen() < before) == (step != "+3h") and seen()[:13] != before[:13], "the clock to be set")
        after = parts.goes_on(f"rounds after a step of {step}", session_id=first["session_id"])
        assert after["tick"] > first["tick"]
        order = {"order_id": f"order-{step[1:]}", "symbol": "BTC-USD", "side": "buy", "quantity": 0.001}
        assert call_tool(parts.port("order-executor"), "place_market_order", token="secret", **order)["status"] == "filled"
        # A process that starts now, too, goes on where the market was.
        parts.kill("market-data")
        parts.begin("market-data", **fake)
        again = parts.goes_on("rounds of a market that was started again", session_id=first["session_id"])
        assert again["tick"] >= after["tick"]
        first = again


@pytest.mark.parametrize("component, variable, url, error", [
    ("order-executor", "DATABASE_URL", "mysql://me:se@cret@db/x?password=cret", "mysql://db/x"),
    ("order-executor", "DATABASE_URL", "postgres://me:cret@127.0.0.1:1/x?password=cret", "postgres://127.0.0.1:1/x"),
    ("market-data", "REDIS_URL", "redis://:cret@nowhere.invalid:port/", "REDIS_URL is `redis://nowhere.invalid:port/`"),
    ("trend-agent", "NATS_URL", "nats://me:cret@", "NATS_URL is `nats://`"),
])
def test_a_password_is_in_no_log(start, component, variable, url, error):
    process = start(CRYPTOFUNK, component, METRICS_PORT=0, RUST_LOG="debug", **{variable: url})
    assert process.popen.wait(30) == 1
    assert error in process.output() and "cret" not in process.output()


def test_a_password_of_a_neighbour_is_in_no_log(start, tmp_path):
    port = free_port()
    (tmp_path / "token").write_text("token")
    env = {"METRICS_PORT": port, "RUST_LOG": "debug", "API_TOKEN_FILE": tmp_path / "token"}
    process = start(CRYPTOFUNK, "order-executor", **env, MARKET_DATA_URL="http://me:se@cret@127.0.0.1:1")
    wait_for(lambda: get(f"http://127.0.0.1:{port}/health")[0] == 200, "health")
    with pytest.raises(ToolError, match="nothing was done: market-data cannot be reached at http://127.0.0.1:1/mcp: ") as error:
        call_tool(port, "start_session", token="token", session_id="s")
    assert "cret" not in str(error.value) + process.output()
