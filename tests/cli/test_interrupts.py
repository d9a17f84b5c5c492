"""What does a Ctrl-C come to that is swallowed, or wrapped in another error, where it happens to arrive? Still 130.

Python and libraries do both: a name's `__set_name__` turns it into a RuntimeError, a validator that is being made goes
on and then refuses everything. The signal is real; where it arrives is chosen.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from faults.ledgers import environment

WRAPPED = "raise RuntimeError('Error calling __set_name__') from error"
SWALLOWED = "raise Refusal('meeting is not of the form <unprintable>')"
SCRIPT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
import engagement_ledger.cli.common as common
from engagement_ledger.domain.refusal import Refusal

def path():
    try:
        if {sent}:
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(1_000_000):
                pass
    except KeyboardInterrupt as error:
        {then}
    {else_}

common.path = path
from engagement_ledger.cli import main
sys.argv = ["engage", "status"]
main.main()
"""


def ended(then: str, sent: bool, otherwise: str = "return 'nowhere'") -> subprocess.CompletedProcess[str]:
    script = SCRIPT.format(sent=sent, then=then, else_=otherwise)
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment(), timeout=60, check=False
    )


@pytest.mark.parametrize("then", [WRAPPED, SWALLOWED, "raise", "pass", "raise OSError(5, 'input/output error')"])
def test_an_interrupt_that_comes_out_as_something_else_is_an_interrupt(then: str) -> None:
    done = ended(then, sent=True)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.lstrip("\n") == "interrupted: nothing more was written\n"  # click ends the line of a ^C


@pytest.mark.parametrize(
    ("otherwise", "code"), [("return 'nowhere'", 6), ("raise RuntimeError('x')", 70), ("raise Refusal('x')", 1)]
)
def test_the_same_error_without_one_is_what_it_is(otherwise: str, code: int) -> None:
    done = ended(WRAPPED, sent=False, otherwise=otherwise)
    assert done.returncode == code, done.stderr
    assert "interrupted" not in done.stderr


IN_A_FINALISER = """
import os, signal
class Last:
    def __del__(self):
        os.kill(os.getpid(), {signal})
        for _ in range(1_000_000):
            pass
        {otherwise}
def path():
    Last()
    return "nowhere"
import engagement_ledger.cli.common as common
common.path = path
from engagement_ledger.cli import main
import sys
sys.argv = ["engage", "status"]
main.main()
"""


def test_an_interrupt_that_python_can_only_mention_is_said_once_and_without_a_trace() -> None:
    """In a finaliser, or where a library calls back: pydantic as it reads the pattern of a field."""
    script = IN_A_FINALISER.format(signal="signal.SIGINT", otherwise="pass")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment(), timeout=60,
                          check=False, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
                          )  # fmt: skip
    assert (done.returncode, done.stderr) == (130, "interrupted: nothing more was written\n")


def test_the_control_that_another_error_there_is_mentioned() -> None:
    script = IN_A_FINALISER.format(signal="0", otherwise="raise RuntimeError('x')")
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment(), timeout=60, check=False
    )
    assert "Exception ignored" in done.stderr
    assert "RuntimeError: x" in done.stderr


def test_who_ignores_interrupts_goes_on(tmp_path: Path) -> None:
    """As a job does that a shell started in the background."""
    words = [sys.executable, "-m", "engagement_ledger.cli.main", "--ledger", str(tmp_path / "l"), "init"]
    done = subprocess.run(
        words, capture_output=True, env=environment(), timeout=60, check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )  # fmt: skip
    assert done.returncode == 0
