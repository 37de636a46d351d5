"""All thirteen components together: what happens, what is counted, what is kept."""

import http.server
import json
import os
import pathlib
import pty
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time

import numpy
import pytest

from conftest import COMPONENTS, CRYPTOFUNK, ROOT, Process, System, ToolError, alive, free_port, get, offset, wait_for

AGENTS = {name for name in COMPONENTS if name.endswith("-agent")}

# What the catalogue says about which component exposes what.
FAMILIES = {
    family["name"].removeprefix("cryptofunk_"): set(family["exposed_by"])
    for family in json.loads((ROOT / "docs/catalog.json").read_text())["families"]
}


def families(text):
    """The families of an exposition and their types."""
    words = [line.split() for line in text.splitlines() if line.startswith("# TYPE ")]
    return {name: kind for _, _, name, kind in words}


def expositions(system):
    return {name: get(f"http://127.0.0.1:{port}/metrics")[2].decode() for name, port in system.ports.items()}


def check_families(system):
    texts = expositions(system)
    found = {}
    for name, text in texts.items():
        for family in families(text):
            if family.startswith("cryptofunk_"):
                found.setdefault(family.removeprefix("cryptofunk_"), set()).add(name)
        assert {"process_cpu_seconds_total", "tokio_alive_tasks"} <= set(families(text)), name
        done = subprocess.run(["promtool", "check", "metrics"], input=text.encode(), capture_output=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), name
    assert found == FAMILIES
    # What a process says of itself is told apart by its job and instance alone.
    owners = {}
    for name, text in texts.items():
        for line in text.splitlines():
            if line.startswith("cryptofunk_"):
                owners.setdefault(line.rsplit(" ", 1)[0], set()).add(name)
    assert {series: names for series, names in owners.items() if len(names) > 1} == {}


def moved(system, *absent):
    """The families that have never been anything but 0, apart from those named."""
    seen = set()

    def all_moved():
        for name in COMPONENTS:
            for (series, _), value in system.scrape(name).items():
                if value != 0:
                    seen.add(series)
        missing = {
            family for family in FAMILIES
            if not {f"cryptofunk_{family}", f"cryptofunk_{family}_count"} & seen
        }
        all_moved.missing = missing - set(absent)
        return not all_moved.missing

    try:
        wait_for(all_moved, "every family to move", seconds=90)
    except AssertionError:
        raise AssertionError(f"these families have not moved: {all_moved.missing}") from None


def trade_rows(system):
    """Trades of the session from the API, oldest first, whatever their number."""

    def all_pages():
        # A trade of now moves the pages; then all of them are read again.
        total = system.api("trades?limit=1")["total"]
        pages = [system.api(f"trades?limit=500&offset={offset}") for offset in range(0, total, 500)]
        trades = {trade["number"]: trade for page in pages for trade in page["items"]}
        return (trades,) if {page["total"] for page in pages} <= {total} and len(trades) == total else None

    (trades,) = wait_for(all_pages, "the trades to stand still for a moment")
    return [trades[number] for number in sorted(trades)]


def check_books(system):
    """Positions and cash are what the trades add up to, and each order was traded once."""

    def books():
        trades = trade_rows(system)
        positions = {position["symbol"]: position["quantity"] for position in system.api("positions")["items"]}
        portfolio = system.api("portfolio")
        # No trade has come between the answers.
        return (trades, positions, portfolio) if system.api("trades?limit=1")["total"] == len(trades) else None

    trades, positions, portfolio = wait_for(books, "the books to stand still for a moment")
    assert len({trade["order_id"] for trade in trades}) == len(trades)
    held, cash = {}, 100_000.0
    for trade in trades:
        sign = 1 if trade["side"] == "buy" else -1
        held[trade["symbol"]] = held.get(trade["symbol"], 0) + sign * trade["quantity"]
        cash -= sign * trade["quantity"] * trade["price"] + trade["fee_usd"]
        assert abs(trade["fee_usd"] - 0.001 * trade["quantity"] * trade["price"]) < 1e-6
    assert positions.keys() == {symbol for symbol, quantity in held.items() if abs(quantity) > 1e-9}
    for symbol, quantity in positions.items():
        assert abs(held[symbol] - quantity) < 1e-7, symbol
    assert abs(cash - portfolio["cash_usd"]) < 1e-4
    return trades


def check_agreement(system):
    """While trading is paused: /metrics, the API and the database say the same."""
    assert system.change("pause")["paused"]

    def quiet():
        before = system.api("status")
        time.sleep(1.5)
        return system.api("status") == before and before

    status = wait_for(quiet, "everything to settle")
    executor = system.scrape("order-executor")
    trades = check_books(system)
    assert executor.of("cryptofunk_trades_total", status="filled") == len(trades)
    assert executor.of("cryptofunk_trade_value_usd_count") == len(trades)
    values = sum(trade["quantity"] * trade["price"] for trade in trades)
    assert abs(executor.of("cryptofunk_trade_value_usd_sum") - values) < 1e-3
    portfolio = system.api("portfolio")
    assert executor.of("cryptofunk_trades_total", status="rejected") == portfolio["rejected_orders"]
    assert executor.of("cryptofunk_positions_open") == portfolio["positions_open"] == system.api("positions")["total"]

    def same_value():
        # The price of now changes with every tick.
        value = system.api("portfolio")
        samples = system.scrape("order-executor")
        names = {
            "portfolio_value_usd": "portfolio_value_usd", "total_pnl": "total_pnl_usd", "current_drawdown": "current_drawdown",
            "win_rate": "win_rate", "sharpe_ratio": "sharpe_ratio",
        }
        return all(abs(samples.of(f"cryptofunk_{gauge}") - (value[field] or 0)) < 1e-9 for gauge, field in names.items())

    wait_for(same_value, "the gauges to be what the API says")
    agents = {agent["agent"]: agent for agent in system.api("agents")["items"]}
    assert agents.keys() == AGENTS and all(agent["healthy"] for agent in agents.values())
    signals = 0
    for name in AGENTS:
        counted = system.scrape(name).of("cryptofunk_agent_signals_total", agent=name)
        assert counted == agents[name]["signals"] > 0, name
        signals += counted
    orchestrator = system.scrape("orchestrator")
    assert status["signals"] == signals == system.api("signals?limit=1")["total"]
    assert orchestrator.of("cryptofunk_orchestrator_signals_total") == signals
    decisions = system.api("decisions?limit=1")["total"]
    assert orchestrator.of("cryptofunk_orchestrator_decisions_total") == status["decisions"] == decisions
    assert orchestrator.of("cryptofunk_orchestrator_consensus_ratio_count") == decisions
    tripped = lambda: system.scrape("risk-analyzer").of("cryptofunk_circuit_breaker_tripped", reason="manual_halt")
    wait_for(lambda: tripped() == 1, "the circuit breaker to show the halt")
    assert not system.change("resume")["paused"]
    wait_for(lambda: tripped() == 0, "the circuit breaker to come back")
    wait_for(lambda: system.api("status")["rounds"] > status["rounds"], "rounds to go on")
    return trades


def flood(system):
    """More symbols than the label has room for, and orders of every ending."""
    for n in range(120):
        order = system.call("order-executor", "place_market_order", order_id=f"flood-{n}", symbol=f"COIN{n}", side="buy", quantity=1)
        assert order["status"] == "rejected" and "not traded here" in order["reason"]
    resting = system.call(
        "order-executor", "place_limit_order", order_id="never", symbol="BTC-USD", side="buy", quantity=0.01, price=10
    )
    assert resting["status"] == "open"
    assert system.call("order-executor", "cancel_order", order_id="never")["status"] == "cancelled"
    assert system.call("order-executor", "cancel_order", order_id="never")["status"] == "cancelled"
    samples = system.scrape("order-executor")
    assert samples.of("cryptofunk_trades_total", status="cancelled") == 1
    assert samples.of("cryptofunk_metrics_label_overflow_total", metric="cryptofunk_trades_total", label="symbol") >= 20
    assert samples.of("cryptofunk_trades_total", status="rejected") >= 120


def check_performance(system):
    """The formulas of performance.rs, calculated again by NumPy."""
    stats = system.call("order-executor", "get_session_stats")
    known = system.call("order-executor", "get_session_stats", at=stats["tick"] - 2, history=10_000)
    values = numpy.array(known["values_usd"])
    if known["portfolio_value_usd"] != values[-1]:
        values = numpy.append(values, known["portfolio_value_usd"])
    returns = numpy.diff(values) / values[:-1]
    sharpe = returns.mean() / returns.std(ddof=1) * numpy.sqrt(365 * 24 * 60)
    assert abs(known["sharpe_ratio"] - sharpe) < 1e-6 * abs(sharpe)
    drawdowns = 1 - values / numpy.maximum.accumulate(values)
    assert abs(known["max_drawdown"] - drawdowns.max()) < 1e-12
    assert abs(known["current_drawdown"] - drawdowns[-1]) < 1e-12
    trades = trade_rows(system)
    held, cost, realized = {}, {}, []
    for trade in trades:
        symbol, quantity, value = trade["symbol"], trade["quantity"], trade["quantity"] * trade["price"]
        if trade["side"] == "buy":
            held[symbol] = held.get(symbol, 0) + quantity
            cost[symbol] = cost.get(symbol, 0) + value + trade["fee_usd"]
        else:
            part = cost[symbol] * quantity / held[symbol]
            held[symbol], cost[symbol] = held[symbol] - quantity, cost[symbol] - part
            realized.append(value - trade["fee_usd"] - part)
            assert abs(trade["realized_pnl_usd"] - realized[-1]) < 1e-4
    stats = system.call("order-executor", "get_session_stats")
    if stats["trades"] == len(trades):
        assert abs(stats["realized_pnl_usd"] - sum(realized)) < 1e-3
        assert abs(stats["win_rate"] - numpy.mean([pnl > 0 for pnl in realized])) < 1e-12
        unrealized = sum(position["unrealized_pnl_usd"] for position in stats["positions"])
        assert abs(stats["total_pnl_usd"] - sum(realized) - unrealized) < 1e-3


class Llm(http.server.ThreadingHTTPServer):
    """A language model that speaks OpenAI's format, and fails every fifth time."""

    GOOD = ["rallies", "growth", "surges", "win", "success", "inflows"]
    BAD = ["plunges", "losses", "Weak", "fraud", "outage", "crash"]

    def __init__(self):
        self.asked, self.prompt, self.completion = 0, 0, 0

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(handler):
                request = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
                assert handler.path == "/v1/chat/completions" and handler.headers["Authorization"] == "Bearer key-1"
                self.asked += 1
                if self.asked % 5 == 0:
                    return handler.send_error(500)
                usage = {"prompt_tokens": len(request["messages"][1]["content"]), "completion_tokens": 7}
                self.prompt += usage["prompt_tokens"]
                self.completion += usage["completion_tokens"]
                text = request["messages"][1]["content"]
                good, bad = (sum(text.count(word) for word in words) for words in (self.GOOD, self.BAD))
                verdict = json.dumps({"sentiment": (good - bad) / max(good + bad, 1)})
                answer = {"choices": [{"message": {"role": "assistant", "content": verdict}}], "usage": usage}
                body = json.dumps(answer).encode()
                handler.send_response(200)
                handler.send_header("Content-Length", str(len(body)))
                handler.end_headers()
                handler.wfile.write(body)

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


# A market in which something is sold with a profit in the first half minute.
SEED = {"MARKET_SEED": 1}


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
          "mcp_requests_in_flight", "database_connections_active")
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


class Postgres:
    """A PostgreSQL server of its own, in a folder of its own."""

    def __init__(self):
        self.bin = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        self.folder = pathlib.Path(tempfile.mkdtemp(dir="/tmp"))
        shutil.chown(self.folder, "postgres")
        self.port = free_port()
        self.run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "postgres")
        self.start()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def run(self, program, *arguments):
        # It refuses to run as root.
        command = ["runuser", "-u", "postgres", "--", self.bin / program, *arguments]
        subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/tmp")

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self.run("pg_ctl", "start", "-w", "-D", self.folder / "data", "-o", options, "-l", self.folder / "log")

    def stop(self):
        self.run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self.folder / "data")

    def query(self, text):
        command = ["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-Atc", text]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


@pytest.fixture
def postgres():
    server = Postgres()
    yield server
    server.stop()
    shutil.rmtree(server.folder)


class Daemon:
    """A server that can be stopped and started again on the same port."""

    def __init__(self, folder, command):
        self.folder, self.command = folder, command
        self.start()

    def start(self):
        self.process = Process(*self.command, cwd=self.folder)

    def stop(self):
        self.process.close()


def test_everything_happens_on_postgres_redis_and_nats(system, postgres, tmp_path):
    ports = {"redis": free_port(), "nats": free_port()}
    redis = Daemon(tmp_path, ["redis-server", "--port", ports["redis"], "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
    nats = Daemon(tmp_path, ["nats-server", "-a", "127.0.0.1", "-p", ports["nats"]])
    llm = Llm()
    key = tmp_path / "key"
    key.write_text("key-1\n")
    try:
        running = system(
            DATABASE_URL=postgres.url, REDIS_URL=f"redis://127.0.0.1:{ports['redis']}/", NATS_URL=f"nats://127.0.0.1:{ports['nats']}",
            LLM_BASE_URL=f"http://127.0.0.1:{llm.server_port}/v1", LLM_API_KEY_FILE=key, **SEED,
        )
        wait_for(lambda: running.is_healthy(), "every component to be healthy", seconds=60)
        wait_for(lambda: running.api("trades")["total"] > 0, "trades", seconds=60)
        flood(running)
        moved(running, "circuit_breaker_tripped", "mcp_requests_in_flight", "database_connections_active")
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
            (redis, "market-data", "cache"), (nats, "orchestrator", "bus"), (postgres, "order-executor", "database"),
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
    finally:
        llm.shutdown()
        for server in (redis, nats):
            server.stop()


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


def test_a_seed_is_played_again_with_equal_trades(start, tmp_path):
    """Two runs of 450 ticks at the same time, at four ticks a second: about two minutes, if the machine keeps up."""
    runs = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        place = lambda *command, folder=folder, **env: start(*command, cwd=folder, **env)
        runs.append(System(place, folder, "--seed", "42", MARKET_TICK="250ms"))
    until = 1_500 + 450
    wait_for(lambda: all((run.api("status")["tick"] or 0) > until for run in runs), "both runs to get there", seconds=600)
    fields = ("symbol", "side", "quantity", "price", "fee_usd", "realized_pnl_usd", "tick")
    one, two = ([[trade[field] for field in fields] for trade in trade_rows(run) if trade["tick"] <= until] for run in runs)
    assert len(one) > 10
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
