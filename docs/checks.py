"""The page of checks: what `engage check` looks for, from their declarations."""

from __future__ import annotations

from engagement_ledger.projections.irregular import CHECKS


def page() -> str:
    """One row a check, in the order in which they run."""
    lines = [
        "# Checks",
        "",
        "What is impossible is refused. What is merely odd is taken in, and `engage check` lists it until somebody",
        "settles it: by a correction, a retraction, or the fact that was missing. Most findings are also said at once,",
        "as a warning, to whoever records the fact; that a source is missing is told by `engage check` alone.",
        "",
        "| check | finds |",
        "| --- | --- |",
        *(f"| `{one.name}` | {one.finds} |" for one in CHECKS.values()),
    ]
    return "\n".join(lines) + "\n"
