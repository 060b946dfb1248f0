"""Unit tests: what their differences look like, and what they hold back."""

from __future__ import annotations

from .conftest import Make

NUMBERS = {"seeds/numbers.csv": "n\n1\n2\n"}


def test_every_unit_test_of_a_model_runs(project: Make) -> None:
    """dbt skips what is left after the first that fails, in an order that changes."""
    test = "  - name: {}\n    model: m\n    given: [{{input: ref('numbers'), rows: [{{n: 1}}]}}]\n    expect: {{rows: [{{m: {}}}]}}\n"
    shop = project(
        NUMBERS
        | {
            "models/m.sql": "select n + 1 as m from {{ ref('numbers') }}",
            "models/below.sql": "select m from {{ ref('m') }}",
            "models/schema.yml": "unit_tests:\n" + test.format("a", 5) + test.format("b", 2) + test.format("c", 3),
        }
    )
    statuses = {"numbers": "success", "a": "fail", "b": "pass", "c": "fail", "m": "skipped", "below": "skipped"}
    assert shop.statuses("build") == statuses


def test_what_differs_is_shown_row_by_row(project: Make) -> None:
    shop = project(
        NUMBERS
        | {
            "models/m.sql": "select n, n * 10 as tens, 'x' as name from {{ ref('numbers') }}",
            "models/schema.yml": """
unit_tests:
  - name: differs
    model: m
    given:
      - input: ref('numbers')
        rows: [{n: 1}, {n: 2}, {n: 3}]
    expect:
      rows:
        - {n: 1, tens: 10, name: x}
        - {n: 2, tens: 21, name: x}
        - {n: 9, tens: 90, name: null}
""",
        }
    )
    assert shop.invoke("seed").success
    [result] = shop.invoke("test").result
    assert (str(result.status), result.failures) == ("fail", 1)
    assert result.message.split("\n") == [
        "",
        "",
        "actual differs from expected:",
        "",
        "@@ ,n,tens ,name",
        "→  ,2,21→20,x",
        "---,9,90   ,NULL",
        "+++,3,30   ,x",
        "(1 more as expected)",
        "",
    ]


def test_columns_that_are_not_there_are_named_with_a_suggestion(project: Make) -> None:
    shop = project(
        NUMBERS
        | {
            "models/m.sql": "select n as total from {{ ref('numbers') }}",
            "models/schema.yml": """
unit_tests:
  - name: misspelt
    model: m
    given: [{input: ref('numbers'), rows: [{n: 1}]}]
    expect: {rows: [{totl: 1}]}
""",
        }
    )
    assert shop.invoke("seed").success
    [result] = shop.invoke("test").result
    assert str(result.status) == "error"
    assert "a row of `expect` has the column `totl`, which is not there" in result.message
    assert "did you mean `total`?" in result.message
    assert "models/schema.yml" in result.message
