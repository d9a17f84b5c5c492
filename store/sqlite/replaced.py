"""What lay in a ledger before it was derived again? Kept in a file beside it, for whoever must find out what happened.

One JSON object a line: table, and the row as it was; bytes are written as hexadecimal digits.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from ...record.instants import format_instant
from ..new_file import replaced
from .orphans import BY_STREAM, orphans, unused_names, unused_standings
from .steps import Select


class ReplacedRows:
    """The rows that a rebuild replaces: a file that comes about with the first of them. Raises OSError."""

    def __init__(self, path: Path, select: Select, instant: int) -> None:
        """`select` reads the rows before they are replaced."""
        self._select = select
        self._place = path.with_name(f"{path.name}.replaced-{format_instant(instant)[:19].replace(':', '')}Z.jsonl")
        self._open = ExitStack()
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    @property
    def place(self) -> Path | None:
        """Where they are kept once all went well; None where nothing was replaced."""
        return self._place if self._file else None

    def add(self, stream: str) -> None:
        """Keep all that is derived of a stream."""
        for row in self._select("SELECT id FROM names WHERE name = ?", (stream,)):
            self._add_number(stream, row[0])

    def add_leftovers(self) -> None:
        """Keep what belongs to nothing."""
        for number, name in orphans(self._select):
            self._add_number(name, number)
        for number, name in unused_names(self._select):
            self._keep("names", name, [number, name])
        for number in unused_standings(self._select):
            for row in self._select("SELECT * FROM standings WHERE id = ?", (number,)):
                self._keep("standings", "", row)

    def _add_number(self, stream: str, number: Any) -> None:
        for table in BY_STREAM:
            for row in self._select(f"SELECT * FROM {table} WHERE stream = ?", (number,)):
                self._keep(table, stream, row)

    def _keep(self, table: str, stream: str, row: Any) -> None:
        values = [one.hex() if isinstance(one, bytes) else one for one in row]
        if self._file is None:
            self._file = self._open.enter_context(replaced(self._place))
        self._file.write(json.dumps({"table": table, "stream": stream, "row": values}).encode() + b"\n")
