"""One run: round by round some faults at once, and after each round everything that was promised."""

import concurrent.futures
import json
import random
import statistics
import time

from conftest import get, wait_for

from . import books, faults
from .orders import Clients


class Run:
    """Faults until the time is over, and what was seen of them."""

    PATIENCE = faults.PATIENCE

    def __init__(self, asked, system, watch, disk, servers):
        self.asked, self.system, self.watch, self.disk, self.servers = asked, system, watch, disk, servers
        self.dice = random.Random(asked.seed)
        self.faults, self.broken = [], []
        # How long after the last fault of a round everything was healthy, and no alert of it fired any more.
        self.well = []
        # The orders that the orchestrator has said it has sent.
        self.decided = set()
        self.checks = self.told = 0
        self.tables = {table: [] for table in books.TABLES}
        self.began = time.monotonic()
        place = "PostgreSQL, Redis and NATS" if servers else "SQLite and HTTP"
        self.say(f"seed {asked.seed}, {asked.time} s, on {place}")
        wait_for(self.is_well, "everything to be well before the first fault", seconds=faults.WELL)
        self.clients = Clients(system, asked.seed)

    def say(self, text):
        print(f"{time.monotonic() - self.began:6.1f} s  {text}", flush=True)

    def ask(self, path):
        """What the API answers; nothing while it does not."""
        try:
            status, _, body = get(f"http://127.0.0.1:{self.system.ports['api']}/api/v1/{path}", timeout=5)
        except OSError:
            return None
        return json.loads(body) if status == 200 else None

    def is_well(self):
        return self.system.is_healthy() and self.watch.scrapes_all() and not self.watch.firing() and self.ask("status")

    def play(self):
        self.began = time.monotonic()
        while time.monotonic() - self.began < self.asked.time:
            self.round()
            self.check()
        self.clients.stop()
        self.check()

    def round(self):
        drawn = faults.draw(self.dice, self.system, self.watch, self.disk, self.servers)
        self.say("; ".join(map(str, drawn)))
        with concurrent.futures.ThreadPoolExecutor(len(drawn)) as pool:
            for done in [pool.submit(fault.happen) for fault in drawn]:
                done.result()
        self.faults += drawn
        for fault in drawn:
            self.broken += [f"{fault} was not seen in {place}" for place in ("/health", "/metrics", "an alert") if place not in fault.seen]
            if fault.took() is None or fault.took() > self.asked.back:
                took = "did not come back" if fault.took() is None else f"was back after {fault.took():.1f} s"
                self.broken.append(f"after {fault}, {fault.victim} {took}; it said {fault.said}")
        self.go_on()

    def go_on(self):
        """Everything is well again, rounds are played, and orders are acknowledged."""
        over = time.monotonic()
        try:
            wait_for(self.is_well, "everything to be well", seconds=faults.WELL)
            self.well.append(time.monotonic() - over)
            status, acknowledged = self.ask("status"), self.clients.acknowledged
            later = lambda: (self.ask("status") or status)["tick"] != status["tick"] and self.clients.acknowledged > acknowledged
            wait_for(later, "rounds and orders to go on", seconds=faults.WELL)
        except AssertionError as error:
            ill = [name for name in self.system.ports if not self.is_healthy(name)]
            self.broken.append(f"{error}, {time.monotonic() - self.began:.0f} s after the beginning; unhealthy: {ill}")

    def is_healthy(self, name):
        try:
            return self.system.is_healthy(name)
        except OSError:
            return False

    def check(self):
        """Orders and money, at this moment."""
        page = self.ask("decisions?limit=500") or {"items": []}
        self.decided |= {decision["order_id"] for decision in page["items"] if decision["order_id"]}
        known = self.clients.known()
        self.tables = books.read_postgres(self.servers.postgres) if self.servers else books.read_sqlite(self.system.data() / "trades.db")
        wrong = books.check_rows(self.tables) + books.check_money(self.tables)
        wrong += books.check_orders(self.tables, known, set(self.clients.sent), self.decided)
        self.broken += [text for text in wrong if text not in self.broken]
        self.checks += 1
        for text in self.broken[self.told:]:
            self.say(f"broken: {text}")
        self.told = len(self.broken)

    def summary(self):
        """Prints what was seen, and answers the promises that were broken."""
        print(f"\nseed {self.asked.seed}: {len(self.faults)} faults in {time.monotonic() - self.began:.0f} s\n")
        spread = lambda values: f"{statistics.median(values):.1f}, {max(values):.1f}" if values else "never"
        print(f"{'seconds: median, most':<22}{'times':>6}{'/health':>14}{'/metrics':>14}{'an alert':>14}{'back':>14}")
        for kind in sorted({fault.kind for fault in self.faults}):
            those = [fault for fault in self.faults if fault.kind == kind]
            places = [spread([fault.seen[place] for fault in those if place in fault.seen]) for place in ("/health", "/metrics", "an alert")]
            back = spread([fault.took() for fault in those if fault.took() is not None])
            print(f"{kind:<22}{len(those):>6}" + "".join(f"{text:>14}" for text in [*places, back]))
        print(f"everything healthy, and alerts over, after a round of faults: {spread(self.well)}")
        sent = self.clients.sent.values()
        own = [order for order in self.tables["orders"] if order["id"].startswith("client-")]
        print(f"\norders of clients: {len(sent)} sent, {sum(bool(one.answers) for one in sent)} acknowledged, "
              f"{sum(one.is_denied() for one in sent)} refused with nothing done, "
              f"{sum(not one.answers and not one.is_denied() for one in sent)} without an answer; {len(own)} recorded")
        print(f"orders of the orchestrator: {len(self.decided)} told, {len(self.tables['orders']) - len(own)} recorded")
        print(f"trades: {len(self.tables['trades'])}; all rows and sums checked {self.checks} times")
        for text, times in self.clients.said.most_common(8):
            print(f"  {times:>6} × {text}")
        print("\n" + ("every promise was kept" if not self.broken else "broken:\n" + "\n".join(f"- {text}" for text in self.broken)), flush=True)
        return self.broken
