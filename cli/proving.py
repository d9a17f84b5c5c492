"""How does a question write a proof of its answer as well? The option --proof, around the command."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, cast

import click

from .common import F, output, path
from .printing import say, visible

Arguments = tuple[Iterable[str], dict[str, Any]]
"""The streams that a question is about, and its other arguments, as `prove_answer` takes them."""


def provable(question: str, arguments: Callable[[dict[str, Any]], Arguments]) -> Callable[[F], F]:
    """--proof: a file that shows somebody else that this is the answer, and from which entries it follows."""

    def decorated(command: F) -> F:
        @wraps(command)
        def asked(*, proof: str | None, **params: Any) -> Any:
            told = arguments(params) if proof else None  # refused before anything is printed
            code = command(**params)
            if proof and told:
                _write_proof(question, proof, *told)
            return code

        described = "Write a proof of the answer as well, which others can check."
        return cast(F, click.option("--proof", metavar="FILE", help=described)(asked))

    return decorated


def _write_proof(question: str, to: str, streams: Iterable[str], arguments: dict[str, Any]) -> None:
    from ..ledger.answers import prove_answer

    with output(to) as out:
        out.write(prove_answer(path(), question, streams, **arguments))
    say(visible(f"proof of this answer: {to}; others check it with engage verify --answer {to}"))
