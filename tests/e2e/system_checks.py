"""What holds of a running system: who exposes what, that books and metrics agree, a language model for the agents."""

import http.server
import json
import subprocess
import threading
import time

import numpy

from conftest import COMPONENTS, ROOT, get, offset, wait_for

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
