"""Each case of `tests/fixtures/normalize`, as JSON bytes and as Python objects, against what dlt makes of it."""

from __future__ import annotations

import json
import pathlib
import sys
from typing import Any

import pytest

TESTS = pathlib.Path(__file__).parents[1]
CASES = sorted((TESTS / "fixtures" / "normalize").glob("*.json"))
GOLDEN = TESTS / "parity" / "normalize" / "golden"
sys.path.insert(0, str(TESTS / "parity" / "normalize"))

import compare  # noqa: E402

from gristmill import _core  # noqa: E402

# What is different on purpose, and why.
DIFFERENT = {
    "nested_name_meets_list": "dlt gives the rows of the two lists the same ids",
    "own_dlt_id": "dlt fails while it loads: a nested row with an id of its own gets no parent",
    "variant_of_timestamp_looking_text": "dlt fails: the variant column is a timestamp and takes no other text",
    "required_but_missing": "dlt fails while it loads",
}


def outcome(case: dict[str, Any], face: str, options: dict[str, Any]) -> dict[str, Any]:
    try:
        return compare.run(_core, case, face, options)
    except _core.GristmillError as error:
        return {"error": error.kind}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_both_faces_agree(path: pathlib.Path) -> None:
    case = json.loads(path.read_text())
    assert outcome(case, "json", {}) == outcome(case, "python", {})


@pytest.mark.parametrize("path", [path for path in CASES if (GOLDEN / path.name).exists()], ids=lambda path: path.stem)
def test_as_dlt(path: pathlib.Path) -> None:
    if path.stem in DIFFERENT:
        pytest.skip(DIFFERENT[path.stem])
    golden = json.loads((GOLDEN / path.name).read_text())
    ours = outcome(json.loads(path.read_text()), "python", {"lossy": "dlt"})
    assert ("error" in ours) == ("error" in golden)
    if "error" in golden:
        return
    assert list(ours["tables"]) == list(golden["tables"])
    for part in ("tables", "settings", "normalizers", "rows"):
        assert ours[part] == golden[part]
    for table, described in golden["tables"].items():
        assert [c["name"] for c in ours["tables"][table]["columns"]] == [c["name"] for c in described["columns"]]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_a_schema_of_dlt_comes_back_with_its_hash(path: pathlib.Path) -> None:
    golden = json.loads(path.read_text())
    if "error" in golden:
        pytest.skip("dlt left no schema")
    schema = _core.Schema.from_dict(golden["stored"])
    again = schema.to_dict()
    assert schema.version_hash == golden["stored"]["version_hash"]
    assert json.dumps(again, sort_keys=True) == json.dumps(golden["stored"], sort_keys=True)
    for name, table in golden["stored"]["tables"].items():
        assert list(again["tables"][name]["columns"]) == list(table["columns"])
