"""Whether orders and money are right: the whole database at one moment, calculated again in exact decimals."""

import contextlib
import decimal
import json
import sqlite3

TABLES = ("sessions", "orders", "trades", "positions")
# More places than any product here has.
EXACT = decimal.Context(prec=60, rounding=decimal.ROUND_HALF_EVEN)
UNIT = decimal.Decimal("1e-8")
FEE = decimal.Decimal("0.001")


def read_sqlite(file):
    """All tables, in one transaction."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=20)) as database:
        database.row_factory = sqlite3.Row
        database.execute("BEGIN")
        return {table: [dict(row) for row in database.execute(f"SELECT * FROM {table}")] for table in TABLES}


def read_postgres(server):
    """All tables, in one statement."""
    parts = ", ".join(f"'{table}', (SELECT coalesce(json_agg(t), '[]') FROM {table} t)" for table in TABLES)
    return json.loads(server.read(f"SELECT json_build_object({parts})"))


def amount(units):
    return decimal.Decimal(units).scaleb(-8, EXACT)


def rounded(value):
    return value.quantize(UNIT, context=EXACT)


def check_money(tables):
    """Plays all trades again. Cash, holdings, fees and gains must be what they add up to, to the last unit."""
    wrong = []
    expect = lambda what, found, right: found == right or wrong.append(f"{what} is {found}, but should be {right}")
    cash = {session["id"]: amount(session["initial_cash"]) for session in tables["sessions"]}
    gains = dict.fromkeys(cash, decimal.Decimal(0))
    held = {}
    orders = {order["id"]: order for order in tables["orders"]}
    with decimal.localcontext(EXACT):
        for trade in sorted(tables["trades"], key=lambda trade: trade["number"]):
            key, name = (trade["session_id"], trade["symbol"]), f"trade {trade['number']}"
            quantity, fee = amount(trade["quantity"]), amount(trade["fee"])
            value = rounded(amount(trade["price"]) * quantity)
            expect(f"the fee of {name}", fee, rounded(value * FEE))
            order = orders.get(trade["order_id"], {})
            for field in ("session_id", "symbol", "side", "quantity"):
                expect(f"{field} of {name}", trade[field], order.get(field))
            has, cost = held.get(key, (decimal.Decimal(0), decimal.Decimal(0)))
            if trade["side"] == "buy":
                cash[key[0]] -= value + fee
                held[key] = (has + quantity, cost + value + fee)
                expect(f"the gain of {name}", trade["realized_pnl"], None)
            else:
                part = cost if quantity == has else rounded(cost * quantity / has)
                cash[key[0]] += value - fee
                held[key] = (has - quantity, cost - part)
                gains[key[0]] += value - fee - part
                expect(f"the gain of {name}", amount(trade["realized_pnl"]), value - fee - part)
            if cash[key[0]] < 0 or held[key][0] < 0:
                wrong.append(f"{name} spends what is not there")
        for session in tables["sessions"]:
            name = session["id"]
            expect(f"the cash of {name}", amount(session["cash"]), cash[name])
            cost = sum(cost for (owner, _), (_, cost) in held.items() if owner == name)
            expect(f"cash and costs of {name}", cash[name] + cost, amount(session["initial_cash"]) + gains[name])
    positions = {(row["session_id"], row["symbol"]): (amount(row["quantity"]), amount(row["cost"])) for row in tables["positions"]}
    expect("what is held", positions, held)
    return wrong


def check_rows(tables):
    """Each order once; a trade of each that was executed, and of no other."""
    wrong = []
    ids = [order["id"] for order in tables["orders"]]
    traded = [trade["order_id"] for trade in tables["trades"]]
    numbers = [trade["number"] for trade in tables["trades"]]
    for what, values in (("orders", ids), ("trades of orders", traded), ("numbers of trades", numbers)):
        if len(set(values)) != len(values):
            wrong.append(f"{what} are there twice: {sorted(value for value in set(values) if values.count(value) > 1)[:5]}")
    filled = {order["id"] for order in tables["orders"] if order["status"] == "filled"}
    if filled != set(traded):
        wrong.append(f"orders and trades do not agree: {sorted(filled ^ set(traded))[:5]}")
    if sum(session["active"] for session in tables["sessions"]) > 1:
        wrong.append("more than one session is active")
    return wrong


def check_orders(tables, known, sent, decided):
    """What clients and the orchestrator were told is so."""
    wrong = []
    orders = {order["id"]: order for order in tables["orders"]}
    trades = {trade["order_id"]: trade for trade in tables["trades"]}
    for order_id, one in known.items():
        row = orders.get(order_id)
        if row is None and (one.answers or one.cancelled):
            wrong.append(f"order {order_id} was acknowledged, and is lost")
        if row is not None and one.is_denied():
            wrong.append(f"order {order_id} is there, though it was said that nothing was done: {one.denials}")
        if row is None:
            continue
        asked = (one.order["symbol"], one.order["side"], round(one.order["quantity"] * 1e8))
        if (row["symbol"], row["side"], row["quantity"]) != asked:
            wrong.append(f"order {order_id} is another one than was sent")
        last = [one.cancelled] if one.cancelled else one.answers[-1:]
        for answer in last:
            # Whoever was told that it rests may have cancelled it since without an answer.
            became = {"open": ("open", "cancelled", "rejected")}.get(answer["status"], (answer["status"],))
            if row["status"] not in became:
                wrong.append(f"order {order_id} is {row['status']}, but was told to be {answer['status']}")
            trade = trades.get(order_id)
            if answer["trade"] and (trade is None or answer["trade"]["number"] != trade["number"]):
                wrong.append(f"the trade of order {order_id} is not the one that was told")
    strangers = {order_id for order_id in orders if order_id.startswith("client-")} - sent
    if strangers:
        wrong.append(f"orders that nobody has sent: {sorted(strangers)[:5]}")
    wrong += [f"order {order_id} was decided and sent, and is lost" for order_id in sorted(decided - orders.keys())]
    return wrong
