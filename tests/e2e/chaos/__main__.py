"""The command line: runs everything, prints what came of it, and exits with 1 if a promise was broken."""

import argparse
import contextlib
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile

from conftest import System, processes
from servers import Servers

from .run import Run
from .watch import Watch

DISK = "64m"
POSTGRES_DISK = "128m"


def duration(text):
    """10m or 75s, in seconds."""
    found = re.fullmatch(r"(\d+)([smh])", text)
    if not found:
        raise argparse.ArgumentTypeError(f"`{text}` is no duration; write 10m or 75s")
    return int(found[1]) * {"s": 1, "m": 60, "h": 3600}[found[2]]


def options():
    parser = argparse.ArgumentParser(prog="scripts/chaos", description="Faults at random while orders flow, and what must hold of it.")
    parser.add_argument("--for", dest="time", type=duration, default=600, metavar="TIME", help="how long faults go on, such as 75s; 10m unless it is said")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), metavar="N", help="what goes wrong when: the one that was printed repeats it")
    parser.add_argument("--servers", action="store_true", help="on PostgreSQL, Redis and NATS, rather than on SQLite and HTTP")
    parser.add_argument("--back", type=duration, default=5, metavar="TIME", help="how long a component may be away after a fault; 5s unless it is said")
    return parser.parse_args()


@contextlib.contextmanager
def disk(folder, size):
    """A small file system of its own; nothing without the right to mount one."""
    folder.mkdir()
    if os.geteuid() != 0:
        print("no full disk is tried: only root may mount a small one", flush=True)
        yield None
        return
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def main():
    asked = options()
    # So that everything is stopped also when somebody else ends this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cryptofunk-chaos-")))
        folder.chmod(0o755)
        place = folder / ("postgres" if asked.servers else "cryptofunk-data")
        small = stack.enter_context(disk(place, POSTGRES_DISK if asked.servers else DISK))
        servers = Servers(folder, place) if asked.servers else None
        if servers:
            stack.callback(servers.close)
        start = stack.enter_context(processes(folder))
        env = servers.env if servers else {}
        patience = f"{Run.PATIENCE}s"
        system = System(start, folder, "--seed", str(asked.seed), "--patience", patience, MARKET_TICK="500ms", **env)
        run = Run(asked, system, Watch(start, folder, system), small, servers)
        try:
            run.play()
        finally:
            run.clients.stopped.set()
            broken = run.summary()
            if broken:
                print("\nthe end of what `cryptofunk up` said:\n" + "\n".join(system.up.output().splitlines()[-40:]))
    return 1 if broken else 0


sys.exit(main())
