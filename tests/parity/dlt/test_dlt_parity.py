"""Each case leaves under gristmill what it left under dlt; where it deliberately does not, the difference is documented."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from dlt_harness import CASES, HERE, differences, run_case

sys.path.insert(0, str(HERE.parents[1]))

from postgres_server import VARIABLE, server

DIFFERENCES = HERE.parents[2] / "docs" / "differences.md"
# What is known to be missing; a case that begins to pass fails here until it is taken off the list.
NOT_YET: dict[str, str] = {}


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with server() as running:
        yield running.url("{name}")


def _marked(case: Path) -> object:
    marks = [pytest.mark.xfail(reason=NOT_YET[case.stem], strict=True)] if case.stem in NOT_YET else []
    return pytest.param(case, id=case.stem, marks=marks)


@pytest.mark.parametrize("case", [_marked(case) for case in CASES])
def test_same_as_dlt(
    case: Path, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if case.stem.startswith("sql_pg_"):
        monkeypatch.setenv(VARIABLE, request.getfixturevalue("postgres"))
    golden = json.loads((HERE / "golden" / f"{case.stem}.json").read_text("utf-8"))
    found = run_case("gristmill", case, tmp_path)["outcome"]
    found_differences = differences(golden["outcome"], found)
    ours = HERE / "golden" / f"{case.stem}.gristmill.json"
    if ours.exists():
        assert found_differences, "nothing differs any more: remove the second golden file and the line in the table"
        assert f"`{case.stem}`" in DIFFERENCES.read_text("utf-8"), (
            "a deliberate difference stands in docs/differences.md"
        )
        assert not differences(json.loads(ours.read_text("utf-8")), found)
    else:
        assert not found_differences, "\n".join(found_differences[:40])


def test_each_case_has_a_golden_file() -> None:
    golden = {p.name.split(".")[0] for p in (HERE / "golden").glob("*.json")}
    assert golden == {c.stem for c in CASES}
