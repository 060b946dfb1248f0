"""Pipes, steps and hints, without a destination."""

from __future__ import annotations

import pytest

import gristmill as dlt
from gristmill.exceptions import (
    InconsistentTableTemplate,
    InvalidResourceDataTypeBasic,
    ParametrizedResourceUnbound,
    PipeNotBoundToData,
    ResourceExtractionError,
    ResourcesNotFoundError,
)
from gristmill.extract.items import TableNameMeta


@dlt.resource
def numbers(count: int = 3):
    yield from ({"n": n} for n in range(count))


def test_steps_in_order() -> None:
    found = numbers(5).add_map(lambda r: r["n"]).add_filter(lambda n: n > 2).add_yield_map(lambda n: iter([n, -n]))
    assert sorted(found) == [-4, -3, 3, 4]


def test_builtin_classes_are_functions_of_the_item() -> None:
    numbers = dlt.resource([0, 1, 2], name="numbers")
    assert list(numbers.add_filter(bool).add_map(str)) == ["1", "2"]


def test_map_added_late_still_comes_before_the_incremental() -> None:
    resource = numbers()
    resource.add_step(dlt.sources.incremental("m"))
    resource.add_map(lambda r: {"m": r["n"]})
    assert [type(step).__name__ for step in resource._pipe.steps[1:]] == ["MapItem", "Incremental"]


def test_pages_stay_pages_for_transformers() -> None:
    pages = dlt.resource([[1, 2], [3]], name="pages")

    @dlt.transformer
    def sizes(page: list[int]):
        yield len(page)

    assert list(pages | sizes) == [2, 1]


def test_one_parent_feeds_two_transformers_and_runs_once() -> None:
    runs: list[int] = []

    @dlt.resource(selected=False)
    def parent():
        runs.append(1)
        yield from (1, 2)

    @dlt.transformer(data_from=parent)
    def one(n: int):
        return ("one", n)

    @dlt.transformer(data_from=parent)
    def two(n: int):
        return ("two", n)

    @dlt.source
    def shop():
        return parent, one, two

    assert sorted(shop()) == [("one", 1), ("one", 2), ("two", 1), ("two", 2)]
    assert runs == [1]


def test_parallel_resources_keep_their_own_order() -> None:
    @dlt.resource(parallelized=True)
    def letters(kind: str):
        yield from ((kind, n) for n in range(10))

    @dlt.source
    def shop():
        return letters("a").with_name("a"), letters("b").with_name("b")

    found = list(shop())
    assert [item for item in found if item[0] == "a"] == [("a", n) for n in range(10)]
    assert len(found) == 20


def test_error_names_the_line_of_the_users_file() -> None:
    @dlt.resource
    def broken():
        yield 1
        raise ValueError("no")

    with pytest.raises(ResourceExtractionError) as caught:
        list(broken())
    assert caught.value.file == __file__
    assert caught.value.line is not None
    assert isinstance(caught.value.__cause__, ValueError)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: list(dlt.resource("text", name="x")), InvalidResourceDataTypeBasic),
        (lambda: list(dlt.transformer(lambda item: item, name="t")), PipeNotBoundToData),
        (lambda: list(dlt.resource(lambda needed: needed, name="r")), ParametrizedResourceUnbound),
        (lambda: dlt.resource([1], name="r", columns=lambda item: {}), InconsistentTableTemplate),
        (lambda: dlt.source(lambda: numbers, name="s")().with_resources("other"), ResourcesNotFoundError),
    ],
)
def test_mistakes_have_their_own_errors(make, error) -> None:
    with pytest.raises(error):
        make()


def test_hints_become_a_table_schema() -> None:
    resource = dlt.resource(
        [],
        name="rows",
        primary_key="id",
        merge_key=["day"],
        write_disposition="merge",
        columns={"v": {"data_type": "text"}},
    )
    assert resource.compute_table_schema() == {
        "name": "rows",
        "columns": {
            "v": {"data_type": "text", "name": "v"},
            "id": {"name": "id", "nullable": False, "primary_key": True},
            "day": {"name": "day", "nullable": False, "merge_key": True},
        },
        "write_disposition": "merge",
        "resource": "rows",
    }


def test_empty_values_remove_hints() -> None:
    resource = dlt.resource([], name="rows", table_name="other", columns={"a": {"data_type": "text"}}, primary_key="a")
    resource.apply_hints(table_name="", columns={}, primary_key="")
    assert resource.compute_table_schema() == {
        "name": "rows",
        "columns": {},
        "write_disposition": "append",
        "resource": "rows",
    }


def test_hints_of_the_item() -> None:
    resource = dlt.resource([], name="rows", table_name=lambda i: i["kind"], write_disposition=lambda i: "replace")
    table = resource.compute_table_schema({"kind": "a"}, TableNameMeta("a"))
    assert (table["name"], table["write_disposition"]) == ("a", "replace")


def test_scd2_hints() -> None:
    resource = dlt.resource([], name="rows", write_disposition={"disposition": "merge", "strategy": "scd2"})
    table = resource.compute_table_schema()
    assert table["x-merge-strategy"] == "scd2"
    assert list(table["columns"]) == ["_dlt_valid_from", "_dlt_valid_to", "_dlt_id"]


def test_a_source_is_a_copy() -> None:
    @dlt.source
    def shop():
        return numbers

    first, second = shop(), shop()
    first.numbers.add_filter(lambda r: False)
    assert (list(first), len(list(second))) == ([], 3)
