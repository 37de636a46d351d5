"""Clients that place orders of their own over MCP, and remember what they were told."""

import collections
import dataclasses
import json
import random
import threading

from conftest import ToolError, call_tool

SYMBOLS = {"BTC-USD": 0.001, "ETH-USD": 0.01, "SOL-USD": 0.1}
# How a client goes on: it sends until it is answered, gives up at once, sends twice at the same time, or does not wait for the answer.
MANNERS = ["insists", "insists", "gives up", "twice", "hasty"]
PATIENCE = 10
HASTE = 0.02
# Each client rests so long after an order, in seconds.
REST = 0.15


@dataclasses.dataclass
class Sent:
    """An order, and what its client was told."""

    order: dict
    tool: str
    answers: list = dataclasses.field(default_factory=list)
    # What a cancellation was answered, which comes after the order's own answer.
    cancelled: dict = None
    # Errors after which there is no such order.
    denials: list = dataclasses.field(default_factory=list)
    # Attempts of which nobody has said what became.
    unanswered: int = 0

    def is_denied(self):
        """Each attempt was answered, and each answer says that nothing was done."""
        return bool(self.denials) and not self.answers and not self.unanswered


class Clients:
    """Some threads that place orders until they are told to stop."""

    def __init__(self, system, seed, count=4):
        self.system, self.seed = system, seed
        self.token = system.token()
        self.port = system.ports["order-executor"]
        self.sent = {}
        self.said = collections.Counter()
        self.acknowledged = 0
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.failure = None
        self.threads = [threading.Thread(target=self.run, args=[number], daemon=True) for number in range(count)]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(2 * PATIENCE)
            assert not thread.is_alive(), "a client does not end"
        if self.failure:
            raise self.failure

    def known(self):
        """The orders of which something is known: while orders flow, those that were acknowledged."""
        with self.lock:
            return {
                order_id: dataclasses.replace(one, answers=[*one.answers]) for order_id, one in self.sent.items()
                if self.stopped.is_set() or one.answers
            }

    def run(self, client):
        dice = random.Random(f"{self.seed} {client}")
        held = collections.Counter()
        try:
            for number in range(10**9):
                if self.stopped.is_set():
                    return
                self.place(dice, f"client-{client}-{number}", held)
                self.stopped.wait(dice.uniform(0, 2 * REST))
        except Exception as error:
            self.failure = self.failure or error
            raise

    def place(self, dice, order_id, held):
        symbol = dice.choice(sorted(SYMBOLS))
        # Whoever sells has bought before, so that money and coins last.
        sells = held[symbol] > 0 and dice.random() < 0.5
        quantity = round(SYMBOLS[symbol] * dice.uniform(0.5, 1.5), 5)
        if sells:
            quantity = held[symbol]
        order = {"order_id": order_id, "symbol": symbol, "side": "sell" if sells else "buy", "quantity": quantity}
        limited = not sells and dice.random() < 0.2
        tool = "place_limit_order" if limited else "place_market_order"
        if limited:
            order["price"] = 1.0  # It never gets there: it rests until it is cancelled.
        sent = Sent(order, tool)
        with self.lock:
            self.sent[order_id] = sent
        self.send(sent, dice.choice(MANNERS))
        for answer in sent.answers[:1]:
            # The orchestrator sells the same coins: then there is nothing left to sell.
            if sells:
                held[symbol] = 0
            elif answer["status"] == "filled":
                held[symbol] = round(held[symbol] + quantity, 5)
            if answer["status"] == "open" and dice.random() < 0.8:
                self.cancel(sent)

    def send(self, sent, manner):
        if manner == "twice":
            other = threading.Thread(target=self.attempt, args=[sent, PATIENCE])
            other.start()
            self.attempt(sent, PATIENCE)
            other.join()
        elif manner == "hasty":
            self.attempt(sent, HASTE)
        else:
            self.attempt(sent, PATIENCE)
            while manner == "insists" and not sent.answers and not self.stopped.wait(0.2):
                self.attempt(sent, PATIENCE)

    def attempt(self, sent, patience):
        try:
            answer = call_tool(self.port, sent.tool, timeout=patience, token=self.token, **sent.order)
        except ToolError as error:
            text = str(error)
            with self.lock:
                if "nothing was done" in text or "no session is active" in text:
                    sent.denials.append(text)
                else:
                    sent.unanswered += 1
                self.said[text.split(":")[0]] += 1
        except (OSError, json.JSONDecodeError, KeyError, IndexError):
            with self.lock:
                sent.unanswered += 1
        else:
            with self.lock:
                sent.answers.append(answer)
                self.acknowledged += 1

    def cancel(self, sent):
        try:
            answer = call_tool(self.port, "cancel_order", timeout=PATIENCE, token=self.token, order_id=sent.order["order_id"])
        except (ToolError, OSError, json.JSONDecodeError, KeyError, IndexError):
            return
        with self.lock:
            sent.cancelled = answer
