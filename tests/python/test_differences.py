"""Each line of docs/differences.md names a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"


def lines() -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in (ROOT / "docs" / "differences.md").read_text("utf-8").splitlines():
        cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
        if line.startswith("| ") and len(cells) == 4 and cells[3].strip() != "test":
            found.append((cells[0].strip()[:60], re.findall(r"`([^`]+)`", cells[3]) or [cells[3].strip()]))
    return found


def known() -> str:
    sources = [*TESTS.rglob("*.py"), *TESTS.rglob("*.rs"), *(ROOT / "src").rglob("*.rs")]
    return "\n".join(re.findall(r"(?:def|fn) (\w+)", "\n".join(path.read_text("utf-8") for path in sources)))


@pytest.fixture(scope="module")
def names() -> set[str]:
    paths = {path.stem for path in TESTS.rglob("*") if "__pycache__" not in path.parts}
    paths |= {path.name for path in TESTS.rglob("*") if "__pycache__" not in path.parts}
    cases = "\n".join(path.read_text("utf-8") for path in TESTS.rglob("cases.py"))
    return {*known().split(), *paths, *re.findall(r'"(\w+)"', cases)}


@pytest.mark.parametrize(("what", "tests"), lines(), ids=[what for what, _ in lines()])
def test_each_line_names_a_test_that_is_there(what: str, tests: list[str], names: set[str]) -> None:
    for test in tests:
        assert test in names or (ROOT / test).exists() or test.startswith("filterwarnings"), f"{what}: {test}"
