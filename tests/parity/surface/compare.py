"""Where gristmill's names are called otherwise than dlt's.

What holds: each name is there; each parameter of dlt's is there, of the same kind, in the same place among those that can
be given by position, with the same default where that is a plain value; each public, documented member of a class is there. Gristmill
may take more.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
VARIADIC = ("VAR_POSITIONAL", "VAR_KEYWORD")


def differences(theirs: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    """Lines `path: what differs`, one for each promise that does not hold."""
    lines: list[str] = []
    compared: set[str] = set()
    for path, expected in theirs["names"].items():
        found = ours["names"][path]
        if "missing" in found:
            lines.append(f"{path}: {found['missing']}")
            continue
        if expected.get("class") in compared:
            # The same class under another path.
            continue
        compared.add(expected.get("class") or path)
        lines += [f"{path}: {line}" for line in _call(expected.get("signature"), found.get("signature"))]
        members = found.get("members") or {}
        for name, member in (expected.get("members") or {}).items():
            if not member["documented"]:
                continue
            if name not in members:
                lines.append(f"{path}.{name}: is not there")
            else:
                called = _call(member["signature"], members[name]["signature"])
                lines += [f"{path}.{name}: {line}" for line in called]
    return lines


def _call(expected: list[list[str]] | None, found: list[list[str]] | None) -> list[str]:
    if expected is None or found is None:
        return []
    lines: list[str] = []
    ours = {name: (kind, default) for name, kind, default in found}
    takes_any = "VAR_KEYWORD" in {kind for _, kind, _ in found}
    for name, kind, default in expected:
        if kind in VARIADIC:
            continue
        if name not in ours:
            if not (takes_any and kind == "KEYWORD_ONLY"):
                lines.append(f"does not take `{name}`")
        elif kind != ours[name][0] and kind != "POSITIONAL_ONLY" and ours[name][0] != "POSITIONAL_OR_KEYWORD":
            lines.append(f"takes `{name}` as {ours[name][0]}, dlt as {kind}")
        elif default != ours[name][1] and "object" not in (default, ours[name][1]):
            lines.append(f"default of `{name}` is {ours[name][1]}, dlt's is {default}")
    theirs = [name for name, kind, _ in expected if kind.startswith("POSITIONAL") and name in ours]
    order = [name for name, kind, _ in found if kind.startswith("POSITIONAL") and name in theirs]
    if theirs != order and len(theirs) == len(order):
        lines.append(f"takes {order} in this order, dlt {theirs}")
    return lines


def known_absences() -> dict[str, str]:
    """Patterns of lines that are meant, with their reasons."""
    lines = (HERE / "absent.txt").read_text("utf-8").splitlines()
    parts = (line.partition(" | ") for line in lines if line and not line.startswith("#"))
    return {pattern: reason for pattern, _, reason in parts}


def unexpected(lines: list[str]) -> tuple[list[str], list[str]]:
    """The differences that no pattern tells, and the patterns that tell of none."""
    patterns = known_absences()
    # Brackets would be sets of letters.
    plain = [line.replace("[", "(") for line in lines]
    left = [line for line in plain if not any(fnmatchcase(line, pattern) for pattern in patterns)]
    stale = [pattern for pattern in patterns if not any(fnmatchcase(line, pattern) for line in plain)]
    return left, stale
