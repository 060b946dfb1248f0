"""How stories are made up: loads of nested items in changing shapes, under hints, dispositions, contracts and namings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st
from story import told

# Few names, so that they meet again in other places with other values.
KEYS = ("a", "b", "name", "Camel Case", "x__y", "1st", "é", "_low", "trail_", "value", "nested", "list")
TYPES = ("text", "double", "bool", "timestamp", "bigint", "json", "decimal", "date", "binary", "time")
STRATEGIES = ("delete-insert", "upsert", "insert-only")
MODES = ("evolve", "discard_row", "discard_value", "freeze")
TIMES = ("2024-01-01T00:00:00Z", "2024-02-29T12:30:00.123456+02:00", "2024-01-01 10:00:00", "2024-01-01")
TEXTS = ("", "x", "5", "1.5", "true", "0x1f", "ß 😀", "{}", "a,b", "null", " 7 ", "1e3", "-0", "12:30", *TIMES)

utc = st.just(dt.UTC) | st.just(dt.timezone(dt.timedelta(hours=2))) | st.none()
moments = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2050, 1, 1), timezones=utc)
plain = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    # No larger ones: in a date column they end a load of dlt.
    | st.sampled_from((2**31, -(2**31), 2**53, 2**53 + 1))
    | st.sampled_from((0.0, 1.0, -2.0, 0.5, -2.25, 1e15, 1e-7, 123456789.125))
    | st.sampled_from(TEXTS)
    | st.text("abcÄ_ \n\"'", max_size=6)
)
typed = (
    st.decimals(-1000, 1000, places=3)
    | moments
    | st.dates(dt.date(1990, 1, 1), dt.date(2050, 1, 1))
    | st.builds(dt.time, *(st.integers(0, n) for n in (23, 59, 59)), st.sampled_from((0, 123456, 500000, 999999)))
    | st.binary(min_size=1, max_size=4)
    | st.uuids()
)
values = plain | typed
nested = st.recursive(
    values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)


def items(contents: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A row with a key."""
    contents = st.dictionaries(st.sampled_from(KEYS), contents, max_size=4)
    return st.builds(lambda key, row: {"id": key, **row}, st.integers(1, 4), contents)


@st.composite
def columns(draw: st.DrawFn) -> dict[str, Any]:
    """Hints for some columns."""
    found: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(KEYS), max_size=2, unique=True)):
        column: dict[str, Any] = {"data_type": draw(st.sampled_from(TYPES))}
        if column["data_type"] == "timestamp":
            column |= draw(st.sampled_from(({}, {"timezone": False}, {"precision": 3}, {"precision": 0})))
        if column["data_type"] == "decimal":
            column |= draw(st.sampled_from(({}, {"precision": 12, "scale": 4})))
        found[name] = column
    return found


contracts = st.sampled_from(MODES) | st.fixed_dictionaries(
    {}, optional={level: st.sampled_from(MODES) for level in ("tables", "columns", "data_type")}
)


@st.composite
def resources(draw: st.DrawFn, disposition: Any, name: str, *, nests: bool) -> dict[str, Any]:
    """What one resource yields, and its hints."""
    hints: dict[str, Any] = {"name": name, "write_disposition": disposition}
    merged = isinstance(disposition, dict) or disposition == "merge"
    if merged:
        hints["primary_key"] = "id"
    if draw(st.integers(0, 3)) == 0:
        hints["columns"] = draw(columns())
    # Not both: where columns may not evolve, dlt forgets the nesting of a table that is new.
    if draw(st.integers(0, 5)) == 0 and nests:
        hints["max_table_nesting"] = draw(st.integers(0, 2))
    elif draw(st.integers(0, 7)) == 0:
        hints["schema_contract"] = draw(contracts)
    # Insert-only and lists: dlt mixes those of a row that is there with those that arrive.
    contents = values if isinstance(disposition, dict) and disposition["strategy"] == "insert-only" else nested
    # A replace that brings no row and limits nesting leaves dlt's rows of before where they are.
    row_count_min = 1 if disposition == "replace" and "max_table_nesting" in hints else 0
    pages = draw(st.lists(st.lists(items(contents), min_size=row_count_min, max_size=3), min_size=1, max_size=2))
    if merged:
        # Of two rows of one key in one load the peers may keep either where nothing says which.
        seen: set[int] = set()
        pages = [[row for row in page if not (row["id"] in seen or seen.add(row["id"]))] for page in pages]
    return {"hints": hints, "pages": told(pages)}


dispositions = (
    st.sampled_from(("append", "append", "replace", "merge"))
    | st.sampled_from(STRATEGIES).map(lambda s: {"disposition": "merge", "strategy": s})
    | st.just({"disposition": "merge", "strategy": "scd2"})
)


@st.composite
def stories(draw: st.DrawFn) -> dict[str, Any]:
    """One to three loads."""
    story: dict[str, Any] = {
        "naming": draw(st.sampled_from(("snake_case",) * 6 + ("sql_cs_v1", "sql_ci_v1", "direct")))
    }
    source: dict[str, Any] = {}
    if draw(st.integers(0, 5)) == 0:
        source["max_table_nesting"] = draw(st.integers(0, 3))
    if draw(st.integers(0, 5)) == 0:
        source["root_key"] = True
    if draw(st.integers(0, 7)) == 0:
        source["schema_contract"] = draw(contracts)
    if source:
        story["source"] = source
    if draw(st.integers(0, 7)) == 0:
        story["settings"] = draw(
            st.sampled_from(
                (
                    {"preferred_types": {"re:^a$": "text"}},
                    {"preferred_types": {"b": "double", "value": "text"}},
                    {"detections": ["iso_timestamp", "iso_date"]},
                    {"detections": ["hexbytes_to_text", "large_integer"]},
                    {"detections": []},
                )
            )
        )
    # A table keeps its disposition: a change of it is told by cases of their own.
    kept = {name: draw(dispositions) for name in ("items", "Others")}
    loads = []
    for _ in range(draw(st.integers(1, 3))):
        names = draw(st.sampled_from((("items",), ("items",), ("items", "Others"))))
        loads.append(
            {"resources": [draw(resources(kept[name], name, nests="schema_contract" not in source)) for name in names]}
        )
    story["loads"] = loads
    return story
