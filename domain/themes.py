"""What may it be about? A small list of themes in the manner of SKOS: id, label, broader.

A theme that is not in the list is taken in all the same; the list gives labels and what belongs under what.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Theme(NamedTuple):
    """One theme; `broader` is the id of the theme it belongs under."""

    id: str
    label: str
    broader: str | None = None


THEMES: Final = (
    Theme("security", "Security"),
    Theme("defence", "Defence cooperation", "security"),
    Theme("maritime-domain", "Maritime domain", "security"),
    Theme("economy", "Economy"),
    Theme("trade", "Trade", "economy"),
    Theme("investment", "Investment", "economy"),
    Theme("infrastructure", "Infrastructure", "economy"),
    Theme("digital-economy", "Digital economy", "economy"),
    Theme("critical-minerals", "Critical minerals", "economy"),
    Theme("energy", "Energy", "economy"),
    Theme("technology", "Technology"),
    Theme("emerging-technology", "Critical and emerging technology", "technology"),
    Theme("space", "Space", "technology"),
    Theme("environment", "Environment"),
    Theme("climate", "Climate", "environment"),
    Theme("antarctica", "Antarctica"),
    Theme("antarctic-research", "Antarctic research", "antarctica"),
    Theme("antarctic-policy", "Antarctic policy", "antarctica"),
    Theme("antarctic-logistics", "Antarctic logistics", "antarctica"),
    Theme("regions", "Regions"),
    Theme("indo-pacific", "Indo-Pacific", "regions"),
    Theme("pacific-islands", "Pacific Islands", "regions"),
)
