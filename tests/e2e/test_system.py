"""All thirteen components together: what happens, what is counted, what is kept."""

import json
import os
import pty
import random
import signal
import sqlite3
import subprocess
import threading
import time

import pytest

from conftest import COMPONENTS, CRYPTOFUNK, System, ToolError, alive, get, offset, wait_for
from system_checks import Llm, check_agreement, check_books, check_families, check_performance, flood, moved, trade_rows

SEED = {"MARKET_SEED": 1}
# Between calls nothing is in flight; sessions stay open and no call fails while all is well (the dry run sees both move).
QUIET = (
    "mcp_requests_in_flight", "database_connections_active", "mcp_session_duration_seconds", "mcp_errors_total", "mcp_tool_errors_total",
)


@pytest.mark.long
def test_everything_happens_on_embedded_defaults(system):
    running = system(**SEED)
    began = time.monotonic()
    wait_for(lambda: running.is_healthy(), "every component to be healthy", seconds=60)
    wait_for(lambda: running.api("status")["decisions"] > 0 and running.api("trades")["total"] > 0, "trades", seconds=60)
    assert time.monotonic() - began < 60, "signals, decisions and trades within a minute"
    wait_for(lambda: " trades, " in running.up.output() and " 0 trades" not in running.up.output().splitlines()[-1], "trades in the table")
    assert running.scrape("order-executor").of("cryptofunk_trades_total", status="filled") > 0
    flood(running)
    # The circuit breaker is tripped by the pause below; without Redis and NATS nothing is sent there.
    moved(running, "circuit_breaker_tripped", "redis_connections_active", "nats_messages_published_total", "nats_messages_received_total",
          *QUIET)
    check_families(running)
    check_agreement(running)
    with sqlite3.connect(f"file:{running.data()}/trades.db?mode=ro", uri=True) as database:
        (trades,) = database.execute("SELECT COUNT(*) FROM trades").fetchone()
        (rejected,) = database.execute("SELECT COUNT(*) FROM orders WHERE status = 'rejected'").fetchone()
    assert rejected == running.api("portfolio")["rejected_orders"] >= 120
    assert trades <= running.api("trades")["total"]
    check_performance(running)


def test_paths_that_are_not_there_and_calls_without_the_token(system):
    running = system("--only", "order-executor,market-data,risk-analyzer,orchestrator,api")
    base = f"http://127.0.0.1:{running.ports['api']}"

    def error(path, status, code, **kwargs):
        answer = get(base + path, **kwargs)
        assert (answer[0], json.loads(answer[2])["error"]["code"]) == (status, code), answer
        return json.loads(answer[2])["error"]["message"]

    error("/api/v1/nothing", 404, "not_found")
    error("/api/v1/trades/17", 404, "not_found")
    error("/api/v1/pause", 405, "method_not_allowed")
    assert "should be from 1 to 500" in error("/api/v1/trades?limit=0", 400, "bad_request")
    error("/api/v1/trades?offset=-1", 400, "bad_request")
    for token in ["wrong", ""]:
        try:
            running.change("pause", token=token or " ")
            raise AssertionError("a call without the token was let through")
        except OSError as refused:
            assert refused.code == 401
    secret = running.data() / "api-token"
    assert secret.stat().st_mode & 0o777 == 0o600
    samples = running.scrape("api")
    routes = {dict(labels)["route"] for (name, labels) in samples if name == "cryptofunk_http_requests_total"}
    assert "/api/{*rest}" in routes and not any("nothing" in route for route in routes)
    assert samples.of("cryptofunk_http_requests_total", route="/api/v1/trades", status="4xx") == 2
    description = running.api("openapi.json")
    assert description["openapi"].startswith("3.1") and "/api/v1/decisions" in description["paths"]
    # Nothing is decided without agents, and nobody pretends.
    wait_for(lambda: running.api("decisions")["total"] > 0, "a decision")
    assert {decision["action"] for decision in running.api("decisions")["items"]} == {"no_consensus"}
    assert running.scrape("api").of("cryptofunk_component_healthy") == 1


@pytest.mark.long
def test_everything_happens_on_postgres_redis_and_nats(system, servers, tmp_path):
    postgres = servers.postgres
    llm = Llm()
    key = tmp_path / "key"
    key.write_text("key-1\n")
    try:
        running = system(
            LLM_BASE_URL=f"http://127.0.0.1:{llm.server_port}/v1", LLM_API_KEY_FILE=key, **servers.env, **SEED,
        )
        wait_for(lambda: running.is_healthy(), "every component to be healthy", seconds=60)
        wait_for(lambda: running.api("trades")["total"] > 0, "trades", seconds=60)
        flood(running)
        moved(running, "circuit_breaker_tripped", *QUIET)
        check_families(running)
        check_agreement(running)

        # Tokens are those that the model has charged for.
        def charged():
            samples = running.scrape("sentiment-agent")
            of = lambda **labels: samples.of("cryptofunk_agent_llm_tokens_total", provider="openai", **labels)
            calls = lambda status: samples.of("cryptofunk_agent_llm_calls_total", provider="openai", status=status)
            errors = llm.asked // 5
            return (
                (of(type="prompt"), of(type="completion")) == (llm.prompt, llm.completion)
                and (calls("success"), calls("error")) == (llm.asked - errors, errors) and errors > 0
            )

        wait_for(charged, "the tokens to agree", seconds=60)

        orchestrator = running.scrape("orchestrator")
        for subject in ("signals", "heartbeats"):
            assert orchestrator.of("cryptofunk_nats_messages_received_total", subject=subject) > 0
        for subject in ("decisions", "control"):
            assert orchestrator.of("cryptofunk_nats_messages_published_total", subject=subject) > 0
        assert running.scrape("market-data").of("cryptofunk_redis_connections_active") == 1
        assert int(postgres.query("SELECT COUNT(*) FROM trades")[0]) <= running.api("trades")["total"]

        outages = [
            (servers.redis, "market-data", "cache"), (servers.nats, "orchestrator", "bus"), (postgres, "order-executor", "database"),
        ]
        for server, component, check in outages:
            acknowledged = {trade["order_id"] for trade in trade_rows(running)}
            server.stop()

            def broken():
                status, checks = running.health(component)
                return status == 503 and checks[check]["status"] == "unhealthy" and checks[check]["error"]

            why = wait_for(broken, f"{component} to say that its {check} is gone")
            assert len(why) > 5
            assert running.scrape(component).of("cryptofunk_component_healthy", component=component) == 0
            if component == "market-data":
                assert running.scrape(component).of("cryptofunk_redis_connections_active") == 0
            if component == "order-executor":
                with pytest.raises(ToolError, match="the database does not answer, nothing was done"):
                    running.call(
                        "order-executor", "place_market_order", timeout=30,
                        order_id="lost", symbol="BTC-USD", side="buy", quantity=0.001,
                    )
            server.start()
            wait_for(lambda: running.is_healthy(), f"everything to be healthy without a restart after {component}", seconds=60)
            assert acknowledged <= {trade["order_id"] for trade in trade_rows(running)}
            rounds = running.api("status")["rounds"]
            wait_for(lambda: running.api("status")["rounds"] > rounds, "rounds to go on", seconds=60)
        assert "starting it again" not in running.up.output(), "nothing has died"
        order = running.call("order-executor", "place_market_order", order_id="lost", symbol="BTC-USD", side="buy", quantity=0.001)
        assert order["status"] == "filled"
        check_books(running)

        # A session is replaced as a whole or not at all.
        postgres.query("CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''the disk is full''; END'")
        postgres.query("CREATE TRIGGER no BEFORE INSERT ON sessions EXECUTE FUNCTION no()")
        active = postgres.query("SELECT id FROM sessions WHERE active = 1")
        with pytest.raises(ToolError, match="nothing was done: .*the disk is full"):
            running.call("order-executor", "start_session", session_id="other", replace=True)
        assert postgres.query("SELECT id FROM sessions WHERE active = 1") == active
        postgres.query("DROP TRIGGER no ON sessions")
        assert running.call("order-executor", "start_session", session_id="other", replace=True)["active"]
        # The orchestrator may have begun one of its own since.
        assert postgres.query("SELECT COUNT(*) FROM sessions WHERE active = 1") == ["1"]
        assert "cret@" not in running.up.output(), "no log has NATS' password"
    finally:
        llm.shutdown()


def test_servers_that_ask_for_a_token_are_called_with_it(system, tmp_path):
    secret = tmp_path / "mcp-token"
    secret.write_text("secret\n")
    running = system(MCP_TOKEN_FILE=secret, **SEED)
    wait_for(lambda: running.is_healthy(), "every component to be healthy", seconds=60)
    wait_for(lambda: running.api("trades")["total"] > 0, "trades", seconds=60)
    for server in ("market-data", "technical-indicators", "risk-analyzer", "order-executor"):
        with pytest.raises(OSError, match="401"):
            running.call(server, "nothing", token=None)
    assert running.call("order-executor", "get_session_stats", token="secret")["active"]


@pytest.mark.long
def test_killed_components_come_back_and_lose_no_order(system):
    """SIGKILL for two minutes, at random, while a client sends orders of its own."""
    running = system(MARKET_TICK="500ms")
    seed = random.randrange(10**6)
    print("seed", seed)
    dice = random.Random(seed)
    stop = threading.Event()
    acknowledged, sent = {}, 0

    def send():
        nonlocal sent
        while not stop.is_set():
            order = {"order_id": f"mine-{sent}", "symbol": "SOL-USD", "side": "buy", "quantity": 0.01}
            while not stop.is_set():
                try:
                    answer = running.call("order-executor", "place_market_order", **order)
                    acknowledged[order["order_id"]] = answer
                    break
                except (OSError, ToolError, KeyError, json.JSONDecodeError):
                    time.sleep(0.1)  # and sends the same order again
            sent += 1
            time.sleep(0.2)

    wait_for(lambda: running.api("status")["rounds"] > 0, "the first round", seconds=60)
    client = threading.Thread(target=send)
    client.start()
    killed = []
    end = time.monotonic() + 120
    while time.monotonic() < end:
        name = dice.choice(list(COMPONENTS))
        pid = running.pid(name)
        if pid:
            subprocess.run(["kill", "-9", str(pid)], check=True)
            killed.append(name)
        time.sleep(dice.uniform(0.5, 4))
    stop.set()
    client.join()
    print("killed", killed)
    assert len(set(killed)) > 6 and len(acknowledged) > 50

    wait_for(lambda: all(running.pid(name) for name in COMPONENTS), "every process to be back", seconds=90)
    wait_for(lambda: running.is_healthy(), "every component to be healthy", seconds=90)
    rounds = running.api("status")["rounds"]
    wait_for(lambda: running.api("status")["rounds"] > rounds + 3, "rounds to go on", seconds=60)
    running.change("pause")
    trades = check_books(running)
    by_order = {trade["order_id"]: trade for trade in trades}
    for order_id, answer in acknowledged.items():
        told = running.call("order-executor", "get_order_status", order_id=order_id)
        assert told == answer, "what was acknowledged is still so"
        assert (answer["status"] == "filled") == (order_id in by_order)
    with sqlite3.connect(f"file:{running.data()}/trades.db?mode=ro", uri=True) as database:
        wrong = database.execute(
            "SELECT orders.id FROM orders LEFT JOIN trades ON trades.order_id = orders.id "
            "WHERE (orders.status = 'filled') != (trades.order_id IS NOT NULL)"
        ).fetchall()
    assert wrong == []
    assert any(not trade["order_id"].startswith("mine") for trade in trades), "the orchestrator has traded, too"

    # Counters begin anew with their process, as Prometheus expects.
    before = running.scrape("technical-indicators")
    pid = running.pid("technical-indicators")
    subprocess.run(["kill", "-9", str(pid)], check=True)
    wait_for(lambda: not alive(pid) and running.pid("technical-indicators"), "the process to be replaced", seconds=60)
    wait_for(lambda: running.is_healthy("technical-indicators"), "the server to be healthy", seconds=60)
    after = running.scrape("technical-indicators")
    assert after.of("cryptofunk_mcp_requests_total") < before.of("cryptofunk_mcp_requests_total")
    assert after.of("process_start_time_seconds") > before.of("process_start_time_seconds")


@pytest.mark.long
def test_a_seed_is_played_again_with_equal_trades(start, tmp_path):
    """Two runs of 240 ticks at the same time, at four ticks a second. In the second one, each component is killed: the orchestrator in the middle of
    a round, say, with one order sent and another one not."""
    runs = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        place = lambda *command, folder=folder, **env: start(*command, cwd=folder, **env)
        runs.append(System(place, folder, "--seed", "42", MARKET_TICK="250ms"))
    until = 1_500 + 240

    def ask(run, path):
        # While it is down, there is no answer.
        status, _, body = get(f"http://127.0.0.1:{run.ports['api']}/api/v1/{path}")
        return json.loads(body) if status == 200 else {}

    tick = lambda run: ask(run, "status").get("tick") or 0
    # The last ones as soon as an order was executed: others of the same round may follow.
    names = [*random.sample(list(COMPONENTS), len(COMPONENTS)), "orchestrator", "order-executor", "orchestrator"]
    for number, name in enumerate(names):
        wait_for(lambda: tick(runs[1]) > 1_505 + 12 * number, f"time to kill {name}", seconds=120)
        if number >= len(COMPONENTS):
            total = wait_for(lambda: ask(runs[1], "trades?limit=1").get("total"), "the trades")
            later = lambda: ask(runs[1], "trades?limit=1").get("total", 0) > total or tick(runs[1]) > until
            wait_for(later, "a trade", seconds=120)
        print("kills", name, "at", tick(runs[1]))
        os.kill(wait_for(lambda: runs[1].pid(name), f"{name} to be back"), signal.SIGKILL)
    wait_for(lambda: all(tick(run) > until for run in runs), "both runs to get there", seconds=600)
    fields = ("symbol", "side", "quantity", "price", "fee_usd", "realized_pnl_usd", "tick")
    one, two = ([[trade[field] for field in fields] for trade in trade_rows(run) if trade["tick"] <= until] for run in runs)
    print("trades", len(one))
    assert len(one) > 40
    assert one == two


def test_the_table_of_a_terminal(tmp_path):
    """On a terminal the table is drawn in place."""
    primary, secondary = pty.openpty()
    up = subprocess.Popen(
        [CRYPTOFUNK, "up", "--port-offset", str(offset()), "--only", "market-data,api"],
        stdin=secondary, stdout=secondary, stderr=secondary, cwd=tmp_path, start_new_session=True,
    )
    os.close(secondary)
    text = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and text.count(b"\x1b[J") < 3:
        text += os.read(primary, 65536)
    up.send_signal(signal.SIGINT)
    try:
        while part := os.read(primary, 65536):
            text += part
    except OSError:
        pass  # the other end is closed
    assert up.wait(20) == 0
    last = text.decode().split("\x1b[J")[-1]
    assert "market-data" in last and "healthy" in last and "p95" in last and "risk-agent" not in last
    assert "all components have stopped" in last
