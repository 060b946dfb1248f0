"""Each value once as JSON bytes and once as Python objects: what both make of it, or both refuse."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from gristmill import _core

DEEP = 10_000

# A JSON text, and the columns that it makes: type and value of each, or of child tables.
KEPT = [
    ("NaN", {"v": ("double", "nan")}),
    ("[NaN, -Infinity]", {"v__value": ("double", "-inf")}),
    ("Infinity", {"v": ("double", "inf")}),
    ("1e400", {"v": ("double", "inf")}),
    ("-1e400", {"v": ("double", "-inf")}),
    ("1e-400", {"v": ("double", "0.0")}),
    ("1.7976931348623157e308", {"v": ("double", "1.7976931348623157e+308")}),
    ("-0.0", {"v": ("double", "-0.0")}),
    ("9223372036854775807", {"v": ("bigint", "9223372036854775807")}),
    ("9223372036854775808", {"v": ("wei", "Decimal('9223372036854775808')")}),
    ("-9223372036854775809", {"v": ("wei", "Decimal('-9223372036854775809')")}),
    ("170141183460469231731687303715884105727", {"v": ("text", "'170141183460469231731687303715884105727'")}),
    ("9" * 38, {"v": ("wei", f"Decimal('{'9' * 38}')")}),
    ("9" * 39, {"v": ("text", repr("9" * 39))}),
    ("1" + "0" * 400, {"v": ("text", repr("1" + "0" * 400))}),
    ('"\\u0000"', {"v": ("text", "'\\x00'")}),
    ('"a\\u0000b"', {"v": ("text", "'a\\x00b'")}),
    ('"\\ud83d\\ude00"', {"v": ("text", "'😀'")}),
    ('"007"', {"v": ("text", "'007'")}),
    ('{"a": {"": 1}}', {"v__a___empty": ("bigint", "1")}),
    ('{"select": 1, "\\u00e9\\ud83d\\ude00": 2}', {"v__select": ("bigint", "1"), "v__x": ("bigint", "2")}),
    ('{"a\\"; drop table x; --": 1}', {"v__a_drop_table_xxxx": ("bigint", "1")}),
    ('{"A b": 1, "a_b": 2}', {"v__a_b": ("bigint", "2"), "v__a_b__v_bigint": ("bigint", "1")}),
    ('{"Key": 1, "key": 1}', {"v__key": ("bigint", "1")}),
]

HINTED = [
    ("bigint", '"007"', {"v": ("bigint", "7"), "v__v_text": ("text", "'007'")}),
    ("bigint", "2.5", {"v__v_double": ("double", "2.5")}),
    ("bigint", "true", {"v__v_bool": ("bool", "True")}),
    ("bigint", "9223372036854775808", {"v__v_wei": ("wei", "Decimal('9223372036854775808')")}),
    (
        "double",
        "9007199254740993",
        {"v": ("double", "9007199254740992.0"), "v__v_bigint": ("bigint", "9007199254740993")},
    ),
    ("bool", "3", {"v": ("bool", "True"), "v__v_bigint": ("bigint", "3")}),
    (
        "decimal",
        '"1.23456789012345"',
        {"v": ("decimal", "Decimal('1.234567890')"), "v__v_text": ("text", "'1.23456789012345'")},
    ),
    ("json", '{"a": NaN}', {"v": ("json", "'{\"a\":null}'")}),
    ("json", '{"a": 123456789012345678901234567890}', {"v": ("json", "'{\"a\":123456789012345678901234567890}'")}),
]

REFUSED = ['"\\ud800"', "1" + "0" * 5000]


def flattened(face: str, text: str, hint: str | None = None) -> tuple[dict[str, Any], list[str]]:
    normalizer = _core.Normalizer(_core.Schema("values"), "1.0")
    hints = {"name": "items", "columns": {"v": {"name": "v", "data_type": hint}} if hint else {}}
    line = f'{{"v": {text}}}'
    if face == "json":
        normalizer.json_lines(hints, line.encode())
    else:
        normalizer.items(hints, [json.loads(line)])
    normalizer.finish()
    warnings = normalizer.take_warnings()
    tables = normalizer.schema.to_dict()["tables"]
    found: dict[str, Any] = {}
    for name, batch in normalizer.drain():
        for row in pa.record_batch(batch).to_pylist():
            for column, value in row.items():
                if value is not None and not column.startswith("_dlt"):
                    place = "__".join([*name.split("__")[1:], column])
                    found[place] = (
                        tables[name]["columns"][column]["data_type"],
                        repr(value).removeprefix("float('").removesuffix("')")
                        if isinstance(value, float)
                        else repr(value),
                    )
    return found, warnings


@pytest.mark.parametrize("face", ["json", "python"])
@pytest.mark.parametrize(("text", "columns"), KEPT, ids=[text[:24] for text, _ in KEPT])
def test_a_value_is_kept(text: str, columns: dict[str, Any], face: str) -> None:
    assert flattened(face, text)[0] == columns


@pytest.mark.parametrize("face", ["json", "python"])
@pytest.mark.parametrize(("hint", "text", "columns"), HINTED, ids=[f"{h}-{t[:20]}" for h, t, _ in HINTED])
def test_a_value_meets_a_column_of_another_type(hint: str, text: str, columns: dict[str, Any], face: str) -> None:
    assert flattened(face, text, hint)[0] == columns


@pytest.mark.parametrize("face", ["json", "python"])
@pytest.mark.parametrize("opened", [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("hint", [None, "json"])
def test_ten_thousand_levels(face: str, opened: tuple[str, str], hint: str | None) -> None:
    text = opened[0] * DEEP + "1" + opened[1] * DEEP
    if face == "python":
        deep: Any = 1
        for _ in range(DEEP):
            deep = [deep] if opened[0] == "[" else {"a": deep}
        normalizer = _core.Normalizer(_core.Schema("values"), "1.0")
        normalizer.items(
            {"name": "items", "columns": {"v": {"name": "v", "data_type": hint}} if hint else {}}, [{"v": deep}]
        )
        normalizer.finish()
        tables = [name for name, _ in normalizer.drain()]
    else:
        normalizer = _core.Normalizer(_core.Schema("values"), "1.0")
        hints = {"name": "items", "columns": {"v": {"name": "v", "data_type": hint}} if hint else {}}
        normalizer.json_lines(hints, f'{{"v": {text}}}'.encode())
        normalizer.finish()
        tables = [name for name, _ in normalizer.drain()]
    # What is nested deeper than tables may be stays JSON in the last of them.
    assert len(tables) == (501 if opened[0] == "[" and hint is None else 1)


@pytest.mark.parametrize("face", ["json", "python"])
def test_a_hundred_thousand_keys(face: str) -> None:
    found, _ = flattened(face, json.dumps({f"k{n}": n for n in range(100_000)}))
    assert len(found) == 100_000
    assert found["v__k99999"] == ("bigint", "99999")


@pytest.mark.parametrize("face", ["json", "python"])
@pytest.mark.parametrize("text", REFUSED, ids=["lone surrogate", "5,001 digits"])
def test_what_nothing_can_hold_is_refused(text: str, face: str) -> None:
    if face == "python" and text.startswith("1"):
        normalizer = _core.Normalizer(_core.Schema("values"), "1.0")
        with pytest.raises(_core.GristmillError, match="table `items`, column `v`, row 1"):
            normalizer.items({"name": "items"}, [{"v": 10**5000}])
        return
    with pytest.raises(_core.GristmillError):
        flattened(face, text)


@pytest.mark.parametrize("face", ["json", "python"])
def test_a_column_whose_values_change_their_type(face: str) -> None:
    lines = ['{"v": 1}', '{"v": "a"}', '{"v": {"b": 2}}', '{"v": [3]}', '{"v": 2.5}']
    normalizer = _core.Normalizer(_core.Schema("values"), "1.0")
    if face == "json":
        normalizer.json_lines({"name": "items"}, "\n".join(lines).encode())
    else:
        normalizer.items({"name": "items"}, [json.loads(line) for line in lines])
    normalizer.finish()
    rows = {name: pa.record_batch(batch).to_pylist() for name, batch in normalizer.drain()}
    told = [{k: v for k, v in row.items() if v is not None and not k.startswith("_dlt")} for row in rows["items"]]
    assert told == [{"v": 1}, {"v__v_text": "a"}, {"v__b": 2}, {}, {"v__v_double": 2.5}]
    assert [row["value"] for row in rows["items__v"]] == [3]


def test_numbers_that_json_lacks_are_told_within_json() -> None:
    for face in ("json", "python"):
        assert any("within JSON" in warning for warning in flattened(face, '{"a": NaN}', "json")[1])
