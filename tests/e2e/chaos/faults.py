"""What goes wrong: how each fault begins and ends, and where it must be seen."""

import contextlib
import errno
import json
import os
import signal
import threading
import time

from conftest import COMPONENTS, get, scrape, wait_for

# How long a fault may take to be seen everywhere, and everything to be well after it, in seconds.
SEEN = 60
WELL = 90
# `up` kills a component that answers nothing for so long. A frozen one is seen before.
PATIENCE = 25
LOOK = 0.05


class Fault:
    """Something that goes wrong with a component, or with what it stands on."""

    # What a figure is about.
    kind = ""
    # The component whose `/health`, `/metrics` and alerts must tell it, and the check of its health that does.
    victim = ""
    check = ""

    def __init__(self, system, watch):
        self.system, self.watch = system, watch
        self.seen = {}
        # The last answer of `/health` that told it.
        self.said = ""
        self.began = self.ended = self.back = None

    def __str__(self):
        return f"{self.kind} {self.victim}"

    def begin(self):
        """Lets it happen."""

    def end(self):
        """Undoes it."""

    def alert(self):
        """The alert that must fire, with its labels."""
        return "ComponentUnhealthy", {"component": self.victim}

    def ask_health(self, patience):
        """The checks of the victim's `/health`; nothing if it does not answer."""
        try:
            checks = json.loads(get(f"http://127.0.0.1:{self.system.ports[self.victim]}/health", timeout=patience)[2])["checks"]
        except OSError as error:
            self.said = str(error)
            return None
        # What follows from another fault is none of this one's.
        self.said = checks.get(self.check, {}).get("error") or self.said
        return checks

    def is_told(self):
        checks = self.ask_health(5)
        return checks and checks[self.check]["status"] == "unhealthy"

    def in_health(self):
        return self.is_told()

    def in_metrics(self):
        return self.watch.query(f'cryptofunk_component_healthy{{component="{self.victim}"}} == 0')

    def in_an_alert(self):
        name, labels = self.alert()
        return self.watch.fires(name, **labels)

    def happen(self):
        """Begins, waits until it is seen everywhere, ends, and waits until the victim answers again."""
        self.began = time.monotonic()
        self.begin()
        returning = None
        if self.returns_by_itself():
            returning = threading.Thread(target=self.await_back)
            returning.start()
        for place, look in (("/health", self.in_health), ("/metrics", self.in_metrics), ("an alert", self.in_an_alert)):
            with contextlib.suppress(AssertionError):
                wait_for(look, place, seconds=SEEN)
                self.seen[place] = time.monotonic() - self.began
        self.end()
        self.ended = self.began if returning else time.monotonic()
        if returning:
            returning.join()
        else:
            self.await_back()

    def returns_by_itself(self):
        return False

    def is_back(self):
        return self.is_told() is False

    def await_back(self):
        with contextlib.suppress(AssertionError):
            wait_for(self.is_back, f"{self.victim} to be back", seconds=WELL)
            self.back = time.monotonic()

    def took(self):
        """How long the victim was away after the fault had ended; a kill ends at once."""
        return self.back and self.back - self.ended


class Kill(Fault):
    """SIGKILL. `up` starts the component again."""

    kind = "SIGKILL"

    def begin(self):
        self.pid = wait_for(lambda: self.system.pid(self.victim), f"{self.victim} to run")
        self.start_time = wait_for(self.started, f"{self.victim} to answer")
        self.began = time.monotonic()
        os.kill(self.pid, signal.SIGKILL)

    def started(self):
        return scrape(self.system.ports[self.victim]).of("process_start_time_seconds")

    def returns_by_itself(self):
        return True

    def is_back(self):
        # It answers, whatever it says of its neighbours.
        return self.system.pid(self.victim) not in (None, self.pid) and self.ask_health(5) is not None

    def in_health(self):
        return self.ask_health(1) is None

    def in_metrics(self):
        return self.watch.query(f'process_start_time_seconds{{instance="{self.watch.instance(self.victim)}"}} > {self.start_time}')

    def alert(self):
        return "ComponentRestarted", {"component": self.victim}


class Freeze(Fault):
    """SIGSTOP, and SIGCONT when it was seen."""

    kind = "SIGSTOP"

    def begin(self):
        self.pid = wait_for(lambda: self.system.pid(self.victim), f"{self.victim} to run")
        os.kill(self.pid, signal.SIGSTOP)

    def end(self):
        # After its patience, `up` has killed it.
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGCONT)

    def is_back(self):
        return self.ask_health(5) is not None

    def in_health(self):
        return self.ask_health(3) is None

    def in_metrics(self):
        return self.watch.query(f'up{{instance="{self.watch.instance(self.victim)}"}} == 0')

    def alert(self):
        server = COMPONENTS[self.victim] in range(9200, 9300)
        return ("MCPServerDown" if server else "ComponentDown"), {"instance": self.watch.instance(self.victim)}


class FullDisk(Fault):
    """The disk of the database is full, and with embedded defaults that of every other file."""

    kind = "full disk"
    victim, check = "order-executor", "database"

    def __init__(self, system, watch, disk, servers):
        super().__init__(system, watch)
        self.disk, self.servers = disk, servers

    def begin(self):
        with open(self.disk / "filler", "wb", buffering=0) as filler:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        filler.write(b"x" * size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
        self.filling = threading.Event()
        # Whatever the database gives back meanwhile is taken, too.
        self.filler = threading.Thread(target=self.go_on, daemon=True)
        self.filler.start()

    def go_on(self):
        with open(self.disk / "filler", "ab", buffering=0) as filler:
            while not self.filling.wait(LOOK):
                with contextlib.suppress(OSError):
                    while True:
                        filler.write(b"x" * 4096)

    def end(self):
        self.filling.set()
        self.filler.join()
        (self.disk / "filler").unlink()
        if self.servers and not self.servers.postgres.runs():
            # It has ended, as it does when its log cannot be written.
            self.servers.postgres.start()


class Stop(Fault):
    """A server is gone, and comes back."""

    def __init__(self, system, watch, kind, victim, check, server):
        super().__init__(system, watch)
        self.kind, self.victim, self.check, self.server = kind, victim, check, server

    def begin(self):
        self.server.stop()

    def end(self):
        self.server.start()


def draw(dice, system, watch, disk, servers):
    """One to four faults that happen at once, each to another component."""
    others = [name for name in COMPONENTS if name != "order-executor"]
    choices = [lambda: Kill, lambda: Kill, lambda: Kill, lambda: Freeze]
    if disk:
        choices.append(lambda: FullDisk(system, watch, disk, servers))
    if servers:
        for stopped in (
            ("Redis stopped", "market-data", "cache", servers.redis), ("NATS stopped", "orchestrator", "bus", servers.nats),
            ("PostgreSQL stopped", "order-executor", "database", servers.postgres),
        ):
            choices.append(lambda stopped=stopped: Stop(system, watch, *stopped))
    drawn, taken = [], set()
    for choice in dice.sample(choices, dice.randint(1, 4)):
        fault = choice()
        if isinstance(fault, type):
            # What the database does is seen at order-executor; whoever kills it meanwhile sees nothing.
            names = [name for name in others + ["order-executor"] * 4 if name not in taken]
            fault = fault(system, watch)
            fault.victim = dice.choice(names)
        if fault.victim in taken:
            continue
        taken.add(fault.victim)
        drawn.append(fault)
    return drawn
