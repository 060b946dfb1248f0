"""Schemas are written as PyYAML writes them, and read back as they were."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import gristmill as dlt
from gristmill.schema_yaml import LINE_WIDTH, to_yaml

MEANINGFUL = [
    "yes",
    "1e5",
    "1.5",
    "0x1",
    "12:30",
    "2024-01-01",
    "null",
    "~",
    "-",
    "? a",
    "---",
    "a: b",
    "a #b",
    "=",
    "<<",
]
TEXTS = (
    st.text(alphabet="ab1 0:-#'\"{}[],&*!|>%@`?=~.ü_xye/+<", max_size=12)
    | st.sampled_from(MEANINGFUL)
    | st.lists(st.sampled_from(["word", "a", "a_longer_word", "it's:"]), min_size=1, max_size=30).map(" ".join)
)
KEYS = TEXTS.filter(lambda key: 0 < len(key) < LINE_WIDTH)


def documents(texts: st.SearchStrategy[str], keys: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | texts,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=8,
    )
    return st.dictionaries(keys, values, min_size=1, max_size=4)


@settings(max_examples=200, deadline=None, database=None)
@given(documents(TEXTS, KEYS))
def test_it_is_what_pyyaml_writes(document: dict[str, Any]) -> None:
    expected = yaml.dump(document, allow_unicode=True, default_flow_style=False, sort_keys=False)
    assert to_yaml(document) == expected


@settings(max_examples=200, deadline=None, database=None)
@given(documents(st.text(max_size=8), st.text(min_size=1, max_size=8)))
def test_any_text_comes_back(document: dict[str, Any]) -> None:
    assert yaml.safe_load(to_yaml(document)) == document


def test_a_schema_is_written_plainly() -> None:
    schema = dlt.Schema("shop")
    schema.update_table({"name": "items", "columns": {"id": {"name": "id", "data_type": "bigint", "nullable": False}}})
    written = schema.to_pretty_yaml()
    assert "description: Numeric version of the schema, incremented on each schema change\n" in written
    assert written == yaml.dump(
        schema.to_dict(remove_defaults=True), allow_unicode=True, default_flow_style=False, sort_keys=False
    )
