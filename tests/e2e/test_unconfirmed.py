"""An order whose commit nobody has confirmed: the connection to PostgreSQL is lost between the commit and its answer."""

import contextlib
import socket
import threading

import pytest

from conftest import CRYPTOFUNK, ToolError, call_tool, free_port, get, wait_for
from servers import Postgres

COMMIT = b"COMMIT\0"


class Proxy:
    """Between a client and a server. Armed, it loses the connection at the next commit: before the server hears of it, or after it has answered."""

    def __init__(self, port):
        self.target, self.loses, self.lost = port, None, []
        self.swallows, self.answered = False, threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                server = socket.create_connection(("127.0.0.1", self.target))
                for pass_on, one, other in ((self.ask, client, server), (self.answer, server, client)):
                    threading.Thread(target=pass_on, args=[one, other], daemon=True).start()

    def ask(self, client, server):
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                if self.loses and COMMIT in data:
                    when, self.loses = self.loses, None
                    if when == "after":
                        self.swallows = True
                        server.sendall(data)
                        assert self.answered.wait(30), "the server has not answered"
                    self.lost.append(when)
                    break
                server.sendall(data)
        for side in (client, server):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def answer(self, server, client):
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if self.swallows and COMMIT in data:
                    self.swallows = False
                    self.answered.set()
                    return
                client.sendall(data)

    def arm(self, when):
        self.loses = when

    def close(self):
        self.listener.close()


@pytest.fixture
def postgres():
    server = Postgres()
    yield server
    server.close()


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_unconfirmed_order_is_told_and_can_be_sent_again(start, tmp_path, postgres, when):
    proxy = Proxy(postgres.port)
    ports = {"market-data": free_port(), "order-executor": free_port()}
    token = tmp_path / "token"
    token.write_text("secret")
    env = {
        "DATABASE_URL": f"postgres://postgres@127.0.0.1:{proxy.port}/postgres", "API_TOKEN_FILE": token,
        "MARKET_DATA_URL": f"http://127.0.0.1:{ports['market-data']}",
    }
    for name, port in ports.items():
        start(CRYPTOFUNK, name, **{**env, "METRICS_PORT": port})
        wait_for(lambda: get(f"http://127.0.0.1:{port}/health")[0] == 200, f"{name} to be healthy")
    call = lambda tool, **arguments: call_tool(ports["order-executor"], tool, token="secret", **arguments)
    call("start_session", session_id="s")
    order = {"order_id": "mine", "symbol": "BTC-USD", "side": "buy", "quantity": 0.01}
    count = lambda table: postgres.query(f"SELECT COUNT(*) FROM {table}")

    proxy.arm(when)
    with pytest.raises(ToolError, match="the database has not said whether it was done; ask again, with the same id"):
        call("place_market_order", **order)
    assert proxy.lost == [when]
    done = "1" if when == "after" else "0"
    assert (count("orders"), count("trades")) == ([done], [done])

    told = call("place_market_order", **order)
    assert told["status"] == "filled" and told == call("get_order_status", order_id="mine") == call("place_market_order", **order)
    assert (count("orders"), count("trades")) == (["1"], ["1"])
    (cash,) = postgres.query("SELECT cash FROM sessions WHERE id = 's'")
    value, fee = told["trade"]["value_usd"], told["trade"]["fee_usd"]
    assert abs(int(cash) / 1e8 - (100_000 - value - fee)) < 1e-6
    proxy.close()
