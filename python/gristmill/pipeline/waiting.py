"""Packages that wait, by the run that they belong to."""

from __future__ import annotations

from typing import Any

Dict = dict[str, Any]


def runs(packages: list[Dict]) -> list[list[Dict]]:
    """Packages that are loaded in one transaction, oldest first: a run over several schemas has one package for each."""
    together: dict[str, tuple[str, ...]] = {}
    for package in packages:
        together.update(dict.fromkeys(package["together"], tuple(package["together"])))
    found: dict[tuple[str, ...], list[Dict]] = {}
    for package in packages:
        # A package that is damaged does not tell whom it belongs to; the others do.
        name = package["load_id"]
        found.setdefault(together.get(name, (name,)), []).append(package)
    for named, run in found.items():
        run.sort(key=lambda package: named.index(package["load_id"]))
    return list(found.values())
