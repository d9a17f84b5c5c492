"""What does each field mean? The texts under the fields of the declarations, read from their source when asked for.

Pydantic would read them whenever the events are imported, which is a fifth of the time that recording one fact
takes; only help, schemas and the reference need them, and help has its index.
"""

from __future__ import annotations

import ast
import inspect
from functools import cache
from types import ModuleType
from typing import TypeGuard

from .catalogue import CATALOGUE
from .entry import Citation, Model
from .participant import Participant


@cache
def described() -> None:
    """Give every field of every fact its description; once is enough."""
    kinds: list[type[Model]] = [Citation, Participant, *CATALOGUE.values()]
    for kind in kinds:
        for name, text in descriptions(kind).items():
            if name in kind.model_fields:
                kind.model_fields[name].description = text
        kind.model_rebuild(force=True)


def descriptions(kind: type[Model]) -> dict[str, str]:
    """Field → the text under it, of a class and those it is made from."""
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        module = inspect.getmodule(one)
        if module is not None and issubclass(one, Model):
            found |= _texts(module).get(one.__name__, {})
    return found


@cache
def _texts(module: ModuleType) -> dict[str, dict[str, str]]:
    """Class → field → text, of a whole module."""
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = {}
            for field, text in zip(node.body, node.body[1:], strict=False):
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and _is_text(text):
                    found[node.name][field.target.id] = inspect.cleandoc(ast.literal_eval(text.value))
    return found


def _is_text(node: ast.stmt) -> TypeGuard[ast.Expr]:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
