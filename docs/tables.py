"""The pages of steps, refusals and exit codes, from the tables that judge and the classes that refuse."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import walked

from engagement_ledger.cli import remedies, wording
from engagement_ledger.domain import countries, obligations  # noqa: F401 - refusals of party codes
from engagement_ledger.domain.catalogue import MACHINES
from engagement_ledger.domain.errors import ImpossibleHistory
from engagement_ledger.domain.refusal import Refusal
from engagement_ledger.exchange import facts_file as authored  # noqa: F401 - refusals of files of facts
from engagement_ledger.ledger import application as ledger  # noqa: F401 - refusals of batches
from engagement_ledger.record import instants  # noqa: F401 - refusals of instants
from engagement_ledger.store.sqlite import adapter, recorder  # noqa: F401 - refusals of files

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
NOTHING: Final = "*nothing yet*"


STEP_NAMES_IT: Final = "level"
"""What the table of missions has where the step itself names the level."""


class Row(NamedTuple):
    """One row of a table: in this status, this step leads there."""

    status: str
    step: str
    to: str


def table_of(kind: str, region: str) -> dict[tuple[str | None, str], str]:
    """The table that judges a region; that of a commitment's region is each obligor's."""
    machine = MACHINES[kind][region]
    return dict(getattr(machine, "table", None) or obligations.OBLIGOR)


def rows_of(kind: str, region: str) -> list[Row]:
    """What is lawful in a region, as its machine answers it."""
    return [
        Row(_shown(status), step, to)
        for (status, step), found in answers_of(kind, region).items()
        for to in _targets(kind, region, status, step, found.to)
    ]


def answers_of(kind: str, region: str) -> dict[tuple[str | None, str], walked.Answers]:
    """What a region's machine answers to each step in each status, in the order of its table."""
    table = table_of(kind, region)
    statuses = list(dict.fromkeys([None, *(word for (status, _), to in table.items() for word in (status, to))]))
    steps = list(dict.fromkeys(step for _, step in table))
    found = walked.answers(kind, region)
    others = dict.fromkeys(step for _, step in found if step not in steps)
    pairs = [(status, step) for step in (*steps, *others) for status in statuses]
    return {pair: found[pair] for pair in pairs if pair in found}


def _targets(kind: str, region: str, status: str | None, step: str, to: tuple[str | None, ...]) -> list[str]:
    if table_of(kind, region).get((status, step)) == STEP_NAMES_IT:
        return [STEP_NAMES_IT]
    return [_shown(one) for one in to]


def slug(heading: str) -> str:
    """The anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def page() -> str:
    """Tables of steps, then the refusals."""
    return "\n".join([*_steps(), *_refusals()]) + "\n"


def named(status: str) -> str:
    """What a step leads to, as a page shows it."""
    return "*the level that it names*" if status == STEP_NAMES_IT else f"**{status}**"


def _shown(status: str | None) -> str:
    return NOTHING if status is None else status


# --- steps -----------------------------------------------------------------------------------------------


def _steps() -> Iterator[str]:
    yield "# Steps and refusals"
    yield ""
    yield "Each part of an aggregate has one table of *(status, step) → status*. It decides: a step that the"
    yield "table does not have in a status is unlawful there, and a fact is refused where no order of the recorded"
    yield "dates makes all of its steps lawful (see [vague dates](../explanation/vague-dates.md)). A step is named"
    yield "by the verb of the [command](commands.md) that records it, or of the part of a fact that makes it."
    yield ""
    yield "Beside the status stand flags, a window, a due date or a pending notice. Where they decide, a step is"
    yield "listed twice: where it leads, and under *refused at times*, with the refusal that is given otherwise."
    yield ""
    for kind, machines in MACHINES.items():
        yield f"## {kind.capitalize()}"
        yield ""
        for region, machine in machines.items():
            yield f"### {kind}: {region}"
            yield ""
            yield " ".join((inspect.getdoc(machine) or "").split())
            if region == obligations.REGION:
                yield "The table is that of one obligor."
            yield ""
            yield from _table(kind, region)
            yield from _named_refusals(kind, region)


def _table(kind: str, region: str) -> Iterator[str]:
    yield "| step | in status | leads to |"
    yield "| --- | --- | --- |"
    grouped: dict[tuple[str, str], list[str]] = {}
    stays: dict[str, list[str]] = {}
    for row in rows_of(kind, region):
        if row.status == row.to:
            stays.setdefault(row.step, []).append(row.status)
        else:
            grouped.setdefault((row.step, row.to), []).append(row.status)
    for step in dict.fromkeys(row.step for row in rows_of(kind, region)):
        for (verb, to), statuses in grouped.items():
            if verb == step:
                yield f"| `{step}` | {', '.join(statuses)} | {named(to)} |"
        if step in stays:
            yield f"| `{step}` | {', '.join(stays[step])} | *stays as it is* |"
    yield ""


def _named_refusals(kind: str, region: str) -> Iterator[str]:
    always: dict[tuple[str, tuple[type[Refusal], ...]], list[str]] = {}
    at_times: dict[tuple[str, tuple[type[Refusal], ...]], list[str]] = {}
    for (status, step), found in answers_of(kind, region).items():
        if found.refused:
            grouped = at_times if found.to else always
            grouped.setdefault((step, found.refused), []).append(_shown(status))
    for heading, grouped in (("refused", always), ("refused at times", at_times)):
        if not grouped:
            continue
        yield f"| {heading} | in status | as |"
        yield "| --- | --- | --- |"
        for (step, named), statuses in sorted(grouped.items(), key=lambda one: one[0][0]):
            links = " or ".join(f"[{one.__name__}](#{one.__name__.lower()})" for one in named)
            yield f"| `{step}` | {', '.join(statuses)} | {links} |"
        yield ""


# --- refusals --------------------------------------------------------------------------------------------


def refusals() -> list[type[Refusal]]:
    """Every class of refusal, in the order of modules and declaration."""
    found: dict[type[Refusal], None] = {}

    def visit(kind: type[Refusal]) -> None:
        for one in kind.__subclasses__():
            if one.__module__.startswith("engagement_ledger."):
                found.setdefault(one)
                visit(one)

    visit(Refusal)
    return sorted(found, key=lambda one: (one.__module__, inspect.getsourcelines(one)[1]))


def _refusals() -> Iterator[str]:
    impossible = [one for one in refusals() if issubclass(one, ImpossibleHistory)]
    others = [one for one in refusals() if one not in impossible]
    yield "## Refusals of a history"
    yield ""
    yield "No order of the recorded steps is lawful any more. The message names the part, the step and its date; the"
    yield "reason says what stands in the way and each other entry without which it would be possible."
    yield ""
    for one in impossible:
        yield from _refusal(one, f"…: {one.what}", one.tip)
    yield "## Other refusals"
    yield ""
    yield "Words in {} are filled in."
    yield ""
    for one in others:
        message, hint = _words(one)
        yield from _refusal(one, message, hint)


def _refusal(kind: type[Refusal], message: str, hint: str) -> Iterator[str]:
    yield f"### {kind.__name__}"
    yield ""
    said = (kind.__doc__ or "").split("\n\n")[0]
    yield f"{' '.join(said.split())} Exit code {_code(kind)}."
    yield ""
    if message:
        yield f"- error: {message}"
    if hint:
        yield f"- try: {remedies.said(hint)}"
    if message or hint:
        yield ""


def _words(kind: type[Refusal]) -> tuple[str, str]:
    """Message and hint of a refusal that words itself, its arguments in {}; nothing of one that is told."""
    if "__init__" not in vars(kind) or kind.__name__ in _TOLD:
        return "", ""
    made = kind(*_arguments(kind))
    return made.message, made.remedy


_TOLD: Final = ("DateRefused", "InvalidFact", "BatchRefused", "Unreadable")
"""Refusals whose words are given by whoever raises them."""


def _arguments(kind: type[Refusal]) -> list[Any]:
    parameters = list(inspect.signature(kind.__init__).parameters.values())[1:]
    return [[f"{{{one.name}}}"] if "list" in str(one.annotation) else _Word(f"{{{one.name}}}") for one in parameters]


class _Word(str):
    """A word that stands for itself, unquoted."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _code(kind: type[Refusal]) -> int:
    return kind.CODE


# --- exit codes ------------------------------------------------------------------------------------------


def codes() -> dict[int, str]:
    """Exit code → what it means, as the command line states them."""
    stated = " ".join((wording.__doc__ or "").split("\n\n")[1].split())
    return {int(number): words for number, words in (one.strip().split(" ", 1) for one in stated.split("·"))}


def exit_codes() -> str:
    """The page of exit codes."""
    by_code: dict[int, list[str]] = {}
    for one in refusals():
        by_code.setdefault(_code(one), []).append(f"[{one.__name__}](tables.md#{one.__name__.lower()})")
    lines = ["# Exit codes", "", "Scripts can rely on them. What is refused is said in three lines on stderr:", ""]
    lines += ["`error:` what, `because:` why, `try:` what to do. `--debug` shows the traceback instead.", ""]
    lines += ["| code | meaning | refusals |", "| --- | --- | --- |"]
    lines += [f"| {code} | {meaning} | {_listed(by_code.get(code, []))} |" for code, meaning in codes().items()]
    lines += ["", *_NOTES]
    return "\n".join(lines) + "\n"


_NOTES: Final = (
    "Beside these, `engage check` ends with 1 where it found something, and with 0 in silence where it did not;",
    "`engage verify` ends with 0 only where the ledger was compared with a checkpoint or an export from elsewhere and",
    "agrees; by itself it is intact but not verified (7). `engage replay` ends with 4 where what is stored differs",
    "from what the entries give; `engage doctor` with 6 where the ledger cannot be used.",
)


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    return "the rules of a history, and others" if len(found) > 20 else ", ".join(found)
