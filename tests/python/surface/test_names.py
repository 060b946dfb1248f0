"""Small functions of `dlt.common` that user code leans on, and what notebooks show."""

from __future__ import annotations

import importlib
import sys
from decimal import Decimal
from typing import Any

import pendulum
import pytest

import gristmill as dlt
from gristmill.common import jsonpath, time, utils
from gristmill.common.configuration.container import Container, PipelineContext, StateInjectableContext
from gristmill.common.normalizers.naming import snake_case
from gristmill.common.schema.utils import new_column, new_table
from gristmill.exceptions import LoadPackageNotFound


def test_times_are_of_pendulums_types() -> None:
    at = time.ensure_pendulum_datetime("2024-01-01T10:00:00+02:00")
    assert isinstance(at, pendulum.DateTime)
    assert at == pendulum.datetime(2024, 1, 1, 8)
    assert isinstance(time.ensure_pendulum_time(90), pendulum.Time)
    with pytest.raises(ValueError, match="soon"):
        time.ensure_pendulum_datetime("soon")


def test_small_functions() -> None:
    assert list(utils.chunks(iter("abc"), 2)) == [["a", "b"], ["c"]]
    assert utils.update_dict_nested({"a": {"b": 1}}, {"a": {"c": 2}}) == {"a": {"b": 1, "c": 2}}
    assert utils.compressed_b64decode(utils.compressed_b64encode(b"x" * 99)) == b"x" * 99
    assert utils.map_nested_values_in_place(str, {"a": [1, {"b": (2,)}]}) == {"a": ["1", {"b": ("2",)}]}
    assert list(utils.concat_strings_with_limit(["ab", "c", "d"], " ", 4)) == ["ab c", "d"]
    assert jsonpath.resolve_paths("a[*].b", {"a": [{"b": 1}, {}]}) == ["a.[0].b"]
    assert jsonpath.delete_matches("a.b", {"a": {"b": 1, "c": 2}}) == {"a": {"c": 2}}
    long = snake_case.NamingConvention(20).normalize_identifier("aVeryLongNameThatDoesNotFitIntoTwenty")
    assert (len(long), long[:7]) == (20, "a_very_")


def test_contexts() -> None:
    assert PipelineContext in Container()
    assert StateInjectableContext not in Container()
    with Container().injectable_context(StateInjectableContext({"sources": {}})) as given:
        assert Container()[StateInjectableContext].state is given.state
    assert not Container()[PipelineContext].is_active()


def test_a_schema_made_by_hand() -> None:
    schema = dlt.Schema("shop")
    schema.update_table(new_table("orders", columns=[new_column("id", "bigint", nullable=False)]))
    assert schema.get_table_columns("orders")["id"]["data_type"] == "bigint"


def test_a_relation_is_data() -> None:
    pipeline = dlt.pipeline("shop", destination="duckdb", dataset_name="data")
    pipeline.run([{"id": n, "price": Decimal("1.5")} for n in range(3)], table_name="orders")
    data = pipeline.dataset()
    pipeline.run(data("select id, price from orders where id > 0"), table_name="some")
    assert sorted(pipeline.dataset()["some"].select("id", "price").fetchall()) == [
        (1, Decimal("1.5")),
        (2, Decimal("1.5")),
    ]


def test_notebooks_show_tables() -> None:
    pipeline = dlt.pipeline("shop", destination="duckdb", dataset_name="data")
    info = pipeline.run([{"id": 1, "note": "<b>"}], table_name="orders")
    data = pipeline.dataset()
    shown: list[Any] = [info, pipeline, data, data["orders"], pipeline.default_schema, pipeline.last_trace]
    texts = [value._repr_html_() for value in shown]
    assert all("<table" in text and "<script" not in text for text in texts)
    assert "&lt;b&gt;" in texts[3]
    assert "orders" in texts[2]


@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # of ibis
def test_frames_and_backends() -> None:
    pipeline = dlt.pipeline("shop", destination="duckdb", dataset_name="data")
    pipeline.run([{"id": n, "price": Decimal("1.5")} for n in range(3)], table_name="orders")
    data = pipeline.dataset()
    assert str(data["orders"].arrow().schema.field("price").type) == "decimal128(38, 9)"
    assert data["orders"].polars().shape[0] == 3
    orders = data.table("orders", table_type="ibis")
    assert data(orders.filter(orders.id > 0).select("id")).fetchall() == [(1,), (2,)]
    assert data["orders"].to_ibis().columns[:2] == ("id", "price")


def test_packages_by_hand() -> None:
    pipeline = dlt.pipeline("shop", destination="duckdb", dataset_name="data")
    pipeline.run([{"id": 1}], table_name="orders")
    pipeline.extract([{"id": 2}], table_name="orders")
    (waiting,) = pipeline.list_extracted_load_packages()
    assert pipeline.abort_packages(dry_run=True) == [waiting]
    assert pipeline.abort_packages() == [waiting]
    assert pipeline.get_load_package_info(waiting).state == "aborted"
    assert pipeline.list_extracted_load_packages() == []
    with pytest.raises(LoadPackageNotFound):
        pipeline.get_load_package_info("1")
    pipeline.run([{"id": 3}], table_name="orders")
    assert sorted(pipeline.dataset()["orders"].select("id").fetchall()) == [(1,), (3,)]


def test_modules_that_are_not_there_are_named_as_they_were_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from gristmill import alias

    monkeypatch.setattr(sys, "meta_path", [alias.DltAlias(), *sys.meta_path])
    monkeypatch.setitem(sys.modules, "dlt", None)
    monkeypatch.delitem(sys.modules, "dlt")
    before = set(sys.modules)
    with pytest.raises(ModuleNotFoundError, match=r"dlt\.sources\.github") as caught:
        importlib.import_module("dlt.sources.github")
    assert caught.value.name == "dlt.sources.github"
    for name in [n for n in sys.modules if n.startswith("dlt") and n not in before]:
        del sys.modules[name]


def test_a_load_tells_what_was_refreshed() -> None:
    pipeline = dlt.pipeline("shop", destination="duckdb", dataset_name="data")
    pipeline.run([{"id": 1}], table_name="orders")
    info = pipeline.run([{"id": 2}], table_name="orders", refresh="drop_data")
    assert info.load_packages[0].refresh == "drop_data"
    assert "with refresh 'drop_data'" in str(info)
