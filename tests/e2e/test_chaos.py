"""The short form of `scripts/chaos`: faults at random while orders flow, and what must hold of it."""

import os
import random
import subprocess
import sys

import pytest

from conftest import ROOT


@pytest.mark.long
@pytest.mark.parametrize("on", [[], ["--servers"]], ids=["embedded", "servers"])
def test_faults_at_random_break_no_promise(start, on):
    seed = random.randrange(10**6)
    # Others use this machine, too, so that a component may be away for longer than is promised.
    command = [sys.executable, "-B", "-m", "chaos", "--for", "75s", "--seed", seed, "--back", "60s", *on]
    chaos = start(*command, PYTHONPATH=ROOT / "tests/e2e")
    code = chaos.popen.wait(900)
    print(chaos.output())
    assert code == 0 and f"seed {seed}: " in chaos.output() and "every promise was kept" in chaos.output()


def test_what_is_no_duration_is_told():
    command = [sys.executable, "-B", "-m", "chaos", "--for", "long"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT / "tests/e2e")})
    assert done.returncode == 2 and "`long` is no duration; write 10m or 75s" in done.stderr
