"""Functions of a project (`functions/`) become DuckDB's macros, and are made before what calls them."""

from __future__ import annotations

import pytest

from .conftest import Make

DECLARED = """
functions:
  - name: with_tax
    arguments:
      - {name: amount, data_type: "decimal(18, 2)"}
      - {name: rate, data_type: double, default_value: 0.25}
    returns: {data_type: "decimal(18, 2)"}
  - name: newest
    returns: {data_type: integer}
"""
FILES = {
    "functions/functions.yml": DECLARED,
    "functions/with_tax.sql": "amount * (1 + rate) -- by default a quarter",
    "functions/newest.sql": "select max(id) from {{ ref('numbers') }}",
    "models/numbers.sql": "{{ config(materialized='table') }} select 7 as id",
    "models/priced.sql": "select {{ function('with_tax') }}(100) as gross, {{ function('with_tax') }}(100, 1) as twice, "
    "{{ function('newest') }}() as id",
}


def test_functions_become_macros_with_types_and_defaults(project: Make) -> None:
    made = project(FILES)
    assert made.statuses("build") == dict.fromkeys(["numbers", "newest", "with_tax", "priced"], "success")
    assert [tuple(map(str, row)) for row in made.rows("from priced")] == [("125.00", "200.00", "7")]
    # Made again, they take the place of what is there.
    made.add({"functions/with_tax.sql": "amount"})
    assert made.statuses("build", "--select", "with_tax") == {"with_tax": "success"}
    assert [tuple(map(str, row)) for row in made.rows("select gross from priced")] == [("100.00",)]


def test_a_check_knows_functions_that_were_never_made(project: Make) -> None:
    made = project(FILES)
    assert made.invoke("check").success
    made.add({"models/wrong.sql": "select {{ function('with_tax') }}('a', 'b', 'c') as x"})
    assert not made.invoke("check").success


def test_a_macro_of_the_project_writes_the_sql(project: Make) -> None:
    body = "{% macro duckdb__scalar_function_body_sql() %} 42 {% endmacro %}"
    made = project(FILES | {"macros/body.sql": body})
    assert made.invoke("build").success
    assert made.rows("select gross from priced") == [(42,)]


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ("config: {type: scaler}\n    returns: {data_type: integer}", "did you mean `scalar`?"),
        ("config: {volatility: stabel}\n    returns: {data_type: integer}", "did you mean `stable`?"),
        ("description: x", "does not say what it returns"),
        ("arguments: [{name: a}]\n    returns: {data_type: integer}", "argument `a` without"),
    ],
)
def test_what_is_declared_wrongly_is_told(project: Make, declared: str, told: str) -> None:
    yaml = f"functions:\n  - name: f\n    {declared}\n"
    ended = project({"functions/f.sql": "1", "functions/f.yml": yaml}).invoke("parse")
    assert not ended.success
    assert told in str(ended.exception)
    assert "f.yml:2" in str(ended.exception)
