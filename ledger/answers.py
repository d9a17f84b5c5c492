"""How is an answer proven? With every entry that it follows from, shown to be in the tree; whoever doubts it asks anew.

The proof is one file, a signed note (C2SP): JSON lines, the question and the answer first, then the entries, each with
what shows that it is in the tree of a checkpoint. What is proven is that these entries were recorded, that from them
this answer follows, and that each stream is complete up to a version; and who says so. What is not: that nothing was
recorded in these streams later, and that no other stream matters, where only some are enclosed.
"""

from __future__ import annotations

import json
from argparse import Namespace
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from ..domain.dates import iso
from ..domain.errors import Altered, CannotVerify, InvalidFact, NotFound
from ..domain.limits import mebibytes
from ..history.coverage import PART
from ..proof import verifier
from ..proof.notes import ED25519, note
from ..store.enclosed import EnclosedSnapshot
from ..store.port import Place, Snapshot
from . import questions as ask
from .briefs import Brief, brief
from .checkpoints import log_keys, signed_now
from .clocks import Day, Moment, as_of_day, moment
from .key_files import key_place
from .named import find_stream
from .proving import KeyFile
from .reading import snapshot

FORMAT: Final = "engagement-ledger/answer@v1"
_AT_ONCE: Final = 60 * 1024 * 1024
"""Bytes of a proof: a verifier reads no more than 64 MiB."""


@dataclass(frozen=True)
class Askable:
    """A question whose answer can be proven."""

    ask: Callable[..., Any]
    """takes the snapshot, the streams that are named, and its other arguments by name"""
    has_day: bool
    """whether it is about a day of the world"""


def _of_one(question: Callable[..., Any]) -> Callable[..., Any]:
    return lambda reader, streams, **more: question(reader, _one(streams), **more)


def _diff(reader: Snapshot, streams: Sequence[str], first: Day, last: Day, **more: Any) -> ask.Changes:
    return ask.diff(reader, first, last, stream=_one(streams), **more)


def _one(streams: Sequence[str]) -> str | None:
    return streams[0] if streams else None


ASKABLE: Final = {
    "status": Askable(ask.status, True),
    "show": Askable(_of_one(ask.show), True),
    "timeline": Askable(_of_one(ask.timeline), False),
    "log": Askable(_of_one(ask.log), False),
    "blame": Askable(_of_one(ask.blame), False),
    "due": Askable(lambda reader, _, **more: ask.due(reader, **more), True),
    "diff": Askable(_diff, False),
    "brief": Askable(lambda reader, _, subject, **more: brief(reader, *subject, **more), True),
}
"""Each by its name."""


class AnswerDiffers(Altered):
    """From the entries that are enclosed, another answer follows."""

    def __init__(self) -> None:
        super().__init__(
            "the entries enclosed give another answer",
            "the question was asked anew of these entries alone",
            "keep the file as it is; whoever signed it has to explain it",
        )


def prove_answer(
    ledger: Place,
    question: str,
    streams: Iterable[str] = (),
    *,
    as_of: Day = None,
    known_at: Moment = None,
    key: KeyFile = None,
    origin: str | None = None,
    **arguments: Any,
) -> str:
    """The text of a proof of what a question answers. Without streams, all entries known then are enclosed.

    Raises what the question raises, InvalidFact where the proof would be too large, and what signing raises.
    """
    place = key_place(key)
    signer = next(one for one in log_keys(place) if one.kind == ED25519)
    signed = signed_now(lambda: snapshot(ledger), place, origin)
    with snapshot(ledger) as reader:
        known = reader.known_at(moment(known_at))
        named = [find_stream(reader, one) for one in streams]
        asked: dict[str, Any] = {"question": question, "known_at": f"#{known.position}"}
        if named:
            asked["streams"] = [name if part is None else f"{name}/{part}" for name, part in named]
        if ASKABLE[question].has_day:
            asked["as_of"] = iso(as_of_day(as_of))
        asked |= {name: _plain(value) for name, value in arguments.items() if value not in (None, (), False)}
        whole = _whole(reader, [name for name, _ in named])
        lines = _bearing(reader, whole, known.position)
        answer = _answered(reader, lines, asked, [name for name, _ in named])
        told = list(_told(reader, lines, signed.checkpoint.size))
    complete = _counted(lines, whole)
    head = {"format": FORMAT, "asked": asked, "answer": answer, "complete": complete, "checkpoint": signed.note}
    text = "".join(map(_line, (head, *told)))
    if (size := len(text.encode())) > _AT_ONCE:
        raise InvalidFact([f"the proof would have {mebibytes(size)}"], "name the streams that it is about")
    return note(text, signer.sign_text(text))


def _whole(reader: Snapshot, streams: list[str]) -> list[str]:
    """The streams that are enclosed as a whole: these, with the registers whose coverage may concern them; or all."""
    if not streams:
        return list(reader.streams())
    parties = reader.streams("party:")
    declaring = [one for one in parties if any(part.startswith(PART) for part in reader.parts(one))]
    return list(dict.fromkeys([*streams, *declaring]))


def _bearing(reader: Snapshot, whole: list[str], position: int) -> dict[int, bytes]:
    """The entries that an answer follows from, by position, with the one that tells when all of it was known."""
    found: dict[int, bytes] = {}
    for name in whole:
        found.update(reader.lines(1, position, name))
    if position:
        found.update([reader.line(f"#{position}")])
    return dict(sorted(found.items()))


def _answered(
    reader: Snapshot, lines: Mapping[int, bytes], asked: Mapping[str, Any], streams: list[str]
) -> dict[str, Any]:
    """The answer that follows from these entries alone, when it is that of the ledger."""
    enclosed = EnclosedSnapshot(lines.items())
    for name in streams:
        if not enclosed.has_stream(name):
            raise NotFound(
                f"nothing was known of {name} at {asked['known_at']}",
                "its first entry was recorded later",
                f"see when: ⟦log {name}⟧",
            )
    answer = _asked(cast(Snapshot, enclosed), asked)
    if _in_any_order(answer) != _in_any_order(_asked(reader, asked)):
        raise InvalidFact(
            ["this answer rests on entries of other streams as well"],
            "ask without naming streams: then all entries are enclosed",
        )
    return answer


def _told(reader: Snapshot, lines: Mapping[int, bytes], size: int) -> Iterator[dict[str, Any]]:
    """Each entry, with what shows that it is in the tree."""
    for position, line in lines.items():
        path = [b64encode(one).decode() for one in reader.inclusion(position, size)]
        yield {"index": position - 1, "proof": path, "line": line.decode()}


def _counted(lines: Mapping[int, bytes], whole: list[str]) -> dict[str, int]:
    """How many entries there are of each stream that is enclosed as a whole."""
    found = dict.fromkeys(whole, 0)
    for line in lines.values():
        stream = json.loads(line)["stream"]
        if stream in found:
            found[stream] += 1
    return {name: number for name, number in found.items() if number}


def check_answer(file: str | Path, trust: verifier.Trust) -> list[str]:
    """Verify a proof of an answer, and ask the question anew of the entries in it; what there is to say of it.

    Raises CannotVerify where nobody who is trusted signed it, and Altered, AnswerDiffers.
    """
    try:
        details = verifier.verify_answer(Namespace(file=str(file)), trust)
        text, _ = verifier.note_of(verifier.contents(str(file)))
    except (verifier.CannotVerify, OSError) as error:
        raise CannotVerify(
            "this answer cannot be verified", str(error), "name whose signature counts: ⟦field key⟧, or ⟦field policy⟧"
        ) from None
    except ValueError as error:
        raise Altered("this answer is not what was signed", str(error), _AGAIN) from None
    head, *lines = [json.loads(line) for line in text.decode().split("\n")[:-1]]
    enclosed = EnclosedSnapshot((one["index"] + 1, one["line"].encode()) for one in lines)
    _check_whole(head, [one["index"] + 1 for one in lines])
    try:
        answer = _asked(cast(Snapshot, enclosed), head["asked"])
    except (TypeError, KeyError, ValueError, AttributeError):
        raise Altered("this answer is to no question that there is", "its words are not known", _AGAIN) from None
    if answer != head["answer"]:
        raise AnswerDiffers
    follows = "proven: asked anew of the entries enclosed, the question has this answer"
    return [follows if one.startswith("not proven: that the answer follows") else one for one in details]


_AGAIN: Final = "ask whoever gave it for it again"


def _check_whole(head: Mapping[str, Any], positions: Sequence[int]) -> None:
    """Raise Altered where an entry is left out that the question is about, or it does not say that none is."""
    asked, complete = head["asked"], head["complete"]
    last = str(asked.get("known_at", "")).removeprefix("#")
    if not asked.get("streams"):
        if not last.isdecimal() or list(positions) != list(range(1, int(last) + 1)):
            raise Altered("this answer leaves out entries", "it is about all of them up to its moment", _AGAIN)
        return
    for named in asked["streams"]:
        if str(named).partition("/")[0] not in complete:
            raise Altered("this answer may leave out entries", f"it does not say that it has all of {named}", _AGAIN)


def _asked(reader: Snapshot, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What a question answers, as plain JSON; size and root stand in the checkpoint."""
    kind = ASKABLE.get(str(asked.get("question")))
    if kind is None:
        raise CannotVerify(
            "this question cannot be asked anew here", f"it is {str(asked.get('question'))[:40]!r}", "update engage"
        )
    arguments = {name: value for name, value in asked.items() if name not in ("question", "streams")}
    found = kind.ask(reader, asked.get("streams", []), **arguments)
    # What stands in the checkpoint, and, for questions about no day, what tells today's.
    elsewhere = ("size", "root", *(() if kind.has_day else ("as_of", "projection", "coverage")))
    answer = {name: value for name, value in found.header().items() if name not in elsewhere}
    if isinstance(found, Brief):
        sections = found.sections()
        del sections["findings"]  # what is odd is looked for in the whole ledger, as it is now
        answer |= sections
    else:
        answer["rows"] = list(found.rows)
    for name in ("aggregate", "said"):
        if hasattr(found, name):
            answer[name] = getattr(found, name)
    plain: dict[str, Any] = json.loads(json.dumps(answer, ensure_ascii=False))
    return plain


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _in_any_order(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The lists of an answer, whatever their order: a store numbers streams, and where they are enclosed none does."""
    return {
        name: sorted(json.dumps(one, sort_keys=True) for one in value)
        for name, value in answer.items()
        if isinstance(value, list) and name not in ("coverage", "unknown_types", "subject")
    }


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
