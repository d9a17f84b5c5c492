"""What the workers of a test do: imported by name in processes of their own."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from engagement_ledger.domain.errors import NotFound
from engagement_ledger.exchange.import_jsonl import Chunk, Portion, validated
from engagement_ledger.ledger.rebuild import Derived, derived
from engagement_ledger.store.port import Range
from engagement_ledger.store.sqlite.care import SqliteSnapshot as Reader

KILL, REFUSE, FAIL = "kill", "refuse", "fail"


def told(reader: Reader, task: Any) -> Any:
    """Answer with the size of the snapshot, the task, and who did it; or end as the task says."""
    match task:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "refuse":
            raise NotFound("there is no such task", "it was asked for", "ask for another")
        case "fail":
            raise ZeroDivisionError("of no kind that anybody expects")
        case int():
            time.sleep(task % 3 / 100)
    return reader.size, task, os.getpid()


def derived_until_killed(reader: Reader, streams: Range) -> Derived:
    """Derive, but for one range: there it is killed, as by a machine that is short of memory."""
    if streams.beyond == "\U0010ffff":
        os.kill(os.getpid(), signal.SIGKILL)
    return derived(reader, streams)


def derived_slowly(reader: Reader, streams: Range) -> Derived:
    """Derive, and take so long that one may be interrupted; leave a note of who did it."""
    with Path(f"{reader.path}.workers").open("a") as notes:
        notes.write(f"{os.getpid()}\n")
    time.sleep(0.2)
    return derived(reader, streams)


def validated_by_us_alone(_: None, portion: Portion) -> Chunk:
    """Validates in the process of the tests; a worker, which has loaded no pytest, is killed by it."""
    if "pytest" not in sys.modules:
        os.kill(os.getpid(), signal.SIGKILL)
    return validated(None, portion)
