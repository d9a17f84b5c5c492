"""What would people use instead? Each peer: is it there, how is it filled, how is it asked, what did it answer."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from measuring import Run, environment, run
from workload import DAY, instant

HERE = Path(__file__).resolve().parent
PYTHON = sys.executable
NEXT_DAY = (date.fromisoformat(DAY) + timedelta(1)).isoformat()
COUNTED = "SELECT status, count(*) FROM standing{known} WHERE valid_from <= '{day}' AND valid_to > '{day}' GROUP BY 1"
# The server's own clock, so that starting a client does not count.
INSERTED = (
    "USE bench; SET @a = SYSDATE(6); START TRANSACTION; INSERT INTO standing (stream, status, valid_from, valid_to) "
    "VALUES {row}; COMMIT; SELECT TIMESTAMPDIFF(MICROSECOND, @a, SYSDATE(6));"
)
TABLE = """CREATE DATABASE IF NOT EXISTS bench; USE bench; DROP TABLE IF EXISTS standing; CREATE TABLE standing (
    stream INT NOT NULL, status VARCHAR(20) NOT NULL, valid_from DATE NOT NULL, valid_to DATE NOT NULL,
    row_start TIMESTAMP(6) GENERATED ALWAYS AS ROW START, row_end TIMESTAMP(6) GENERATED ALWAYS AS ROW END,
    PERIOD FOR valid (valid_from, valid_to), PERIOD FOR SYSTEM_TIME (row_start, row_end),
    PRIMARY KEY (stream, valid_from, row_end), KEY on_day (row_end, valid_to, valid_from, status)
) WITH SYSTEM VERSIONING;"""


def tool(name: str) -> str | None:
    """Where a program is, also in the folders of a server's programs."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def first_line(*command: str) -> str:
    """What a program says of its version."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).strip().partition("\n")[0]


def told(text: bytes) -> dict[str, int]:
    """Lines of a balance report: number, account."""
    found = {}
    for line in text.decode().splitlines():
        number, _, account = line.strip().partition(" ")
        found[account.strip().partition(":")[2]] = int(number)
    return found


@dataclass(slots=True)
class Journal:
    """hledger and ledger-cli: a text file that is read at every question."""

    name: str
    version: str
    command: list[str]

    def count(self, folder: Path) -> Run:
        """How many stand in each status at the end of the day."""
        return run([*self.command[:2], str(folder / "journal.journal"), *self.command[2:]])

    def answer(self, done: Run) -> dict[str, int]:
        """As numbers."""
        return told(done.out)


def journals() -> tuple[list[Journal], list[str]]:
    """The plain-text tools that are installed, and the names of those that are not."""
    found, missing = [], []
    if hledger := tool("hledger"):
        asked = ["bal", "--end", NEXT_DAY, "--flat", "-N", "status"]
        found.append(Journal("hledger", first_line(hledger, "--version"), [hledger, "-f", *asked]))
    else:
        missing.append("hledger")
    if ledger := tool("ledger"):
        asked = ["bal", "--end", NEXT_DAY, "--flat", "--no-total", "^status"]
        version = first_line(ledger, "--version").partition(",")[0]
        found.append(Journal("ledger-cli", version, [ledger, "-f", *asked]))
    else:
        missing.append("ledger-cli")
    return found, missing


@dataclass(slots=True)
class Beancount:
    """beancount, by the Python that its own commands name."""

    version: str
    python: str
    name: str = "beancount"

    def count(self, folder: Path) -> Run:
        """How many stand in each status at the end of the day."""
        return run([self.python, str(HERE / "beans.py"), str(folder / "journal.beancount"), DAY])

    def answer(self, done: Run) -> dict[str, int]:
        """As numbers."""
        return json.loads(done.out)


def beancount() -> Beancount | None:
    """beancount, where its `bean-check` is on PATH."""
    script = tool("bean-check")
    if script is None:
        return None
    with Path(script).open(encoding="utf-8", errors="replace") as file:
        python = file.readline().removeprefix("#!").strip()
    return Beancount(first_line(script, "--version"), python if Path(python).exists() else PYTHON)


class MariaDB:
    """A server of our own on a socket, with a system-versioned table that has an application-time period."""

    name = "MariaDB"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "sock"
        server = tool("mariadbd")
        assert server
        self.version = first_line(server, "--version").partition(" Ver ")[2] or "?"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        user = f"--user={getpass.getuser()}"
        install = [tool("mariadb-install-db") or "mariadb-install-db", "--no-defaults", f"--datadir={folder}", user]
        with (folder.parent / "mariadb.log").open("wb") as log:
            normal = "--auth-root-authentication-method=normal"
            subprocess.run([*install, normal, "--skip-test-db"], stdout=log, stderr=log, check=True, env=environment())
            started = [server, "--no-defaults", f"--datadir={folder}", f"--socket={self.socket}", user]
            tuned = ["--skip-networking", "--innodb-buffer-pool-size=2G"]
            self.process = subprocess.Popen([*started, *tuned], stdout=log, stderr=log, env=environment())
        for _ in range(300):
            if self.socket.exists() and self._sql("SELECT 1", codes=(0, 1)).code == 0:
                return
            time.sleep(0.1)
        self.stop()
        raise RuntimeError("mariadbd did not start")

    @staticmethod
    def there() -> bool:
        """Whether server, client and installer are installed."""
        return all(tool(name) for name in ("mariadbd", "mariadb", "mariadb-install-db"))

    def _sql(self, text: str, codes: tuple[int, ...] = (0,)) -> Run:
        client = tool("mariadb") or "mariadb"
        user = "root"
        command = [client, "--no-defaults", f"--socket={self.socket}", f"--user={user}", "--batch", "-N"]
        return run(command, stdin=text.encode(), codes=codes)

    def fill(self, folder: Path) -> None:
        """Load every version of every row, as the facts would have left them one by one."""
        load = (
            f"SET time_zone = '+00:00'; SET system_versioning_insert_history = 1; LOAD DATA INFILE "
            f"'{folder / 'rows.tsv'}' INTO TABLE standing (stream, status, valid_from, valid_to, row_start, row_end); "
            "ANALYZE TABLE standing;"
        )
        self._sql(TABLE + load)

    def count(self, upto: int | None = None) -> Run:
        """How many stand in each status on the day; `upto`: as known after so many facts."""
        known = f" FOR SYSTEM_TIME AS OF TIMESTAMP'{instant(upto)}'" if upto else ""
        return self._sql("SET time_zone = '+00:00'; USE bench; " + COUNTED.format(known=known, day=DAY) + ";")

    def answer(self, done: Run) -> dict[str, int]:
        """As numbers."""
        rows = (line.split("\t") for line in done.out.decode().splitlines())
        return {status: int(number) for status, number in rows}

    def append(self, times: int) -> list[float]:
        """Seconds of each of so many transactions that close one row and open the next, warm and durable."""
        taken = []
        for number in range(times):
            stream = 2_000_000_000 - number - time.time_ns() % 1_000_000 * 100
            row = f"({stream}, 'made', '2026-01-01', '9999-12-31')"
            taken.append(int(self._sql(INSERTED.format(row=row)).out) / 1e6)
        return taken

    def bytes_on_disk(self) -> int:
        """The table's file."""
        return sum(path.stat().st_size for path in (self.folder / "bench").glob("standing*.ibd"))

    def peak(self) -> int:
        """The server's largest resident memory so far."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
        return 0

    def stop(self) -> None:
        """End the server that was started here."""
        self.process.terminate()
        self.process.wait(60)


def ram_disk() -> Path | None:
    """A folder in memory, to tell our own work from the disk's."""
    place = Path("/dev/shm")  # noqa: S108 - the only folder that is memory wherever it exists
    return place if place.is_dir() and os.access(place, os.W_OK) else None
