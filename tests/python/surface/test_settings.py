"""Settings of several types, and settings that nobody knows."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path
from typing import Any, Literal, TypedDict, Union

import pytest

import gristmill as dlt
from gristmill.common.validation import validate_dict, validate_dict_ignoring_xkeys
from gristmill.configuration import misspelt
from gristmill.exceptions import DataValidationError, DictValidationException, PipelineStepFailed


@pytest.mark.parametrize(
    ("hint", "text", "expected"),
    [
        (Union[int, str], "5", 5),  # noqa: UP007
        (int | str, "abc", "abc"),
        (str | int, "5", "5"),
        (int | str, "5", 5),
        (int | str | None, "5", 5),
        (bool | int | str, "1", 1),
        (bool | int | str, "true", True),
        (dict[str, Any] | str, '{"a": 1}', {"a": 1}),
        (dict[str, Any] | str, "a", "a"),
        (list[int] | str, "[1, 2]", [1, 2]),
        (dt.date | str, "2024-01-01", dt.date(2024, 1, 1)),
        (int | float, "1.5", 1.5),
    ],
)
def test_an_argument_of_several_types_is_configured(
    hint: Any, text: str, expected: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCES__LIMIT", text)

    def rows(limit: Any = dlt.config.value, other: Any = "x") -> Any:
        yield {"limit": limit, "other": other}

    rows.__annotations__.update(limit=hint, other=hint)
    assert list(dlt.resource(rows, name="rows")()) == [{"limit": expected, "other": "x"}]
    monkeypatch.setenv("SOURCES__OTHER", text)
    assert list(dlt.resource(rows, name="rows")()) == [{"limit": expected, "other": expected}]


def test_a_text_of_a_toml_file_stays_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".dlt").mkdir()
    (tmp_path / ".dlt" / "config.toml").write_text('[sources]\nwritten = "5"\ncounted = 5\n', "utf-8")

    @dlt.resource
    def rows(written: int | str = dlt.config.value, counted: str | int = dlt.config.value) -> Any:
        yield [{"written": written, "counted": counted}]

    assert list(rows()) == [{"written": "5", "counted": 5}]


def test_a_misspelt_setting_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(misspelt, "_told", set())
    monkeypatch.setattr(logging.getLogger("gristmill"), "propagate", True)
    (tmp_path / ".dlt").mkdir()
    (tmp_path / ".dlt" / "config.toml").write_text(
        """
[normalize]
wokers = 3
workers = 3
mine = "of nobody"
[normalise]
workers = 3
[load]
raise_on_failed_job = false
[sources.shop]
wokers = 3
[loads.credentials]
wokers = 1
""",
        "utf-8",
    )
    pipeline = dlt.pipeline("misspelt", destination="duckdb")
    with caplog.at_level(logging.WARNING, "gristmill"):
        pipeline.run([{"id": 1}], table_name="rows")
        pipeline.run([{"id": 1}], table_name="rows")
    assert [text for text in caplog.messages if "no setting" in text] == [
        "`normalize.wokers` in config.toml is no setting and changes nothing; did you mean `normalize.workers`?",
        (
            "`load.raise_on_failed_job` in config.toml is no setting and changes nothing; "
            "did you mean `load.raise_on_failed_jobs`?"
        ),
        "`normalise` in config.toml is no setting and changes nothing; did you mean `normalize`?",
    ]


def test_the_section_of_a_pipeline_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(misspelt, "_told", set())
    monkeypatch.setattr(logging.getLogger("gristmill"), "propagate", True)
    (tmp_path / ".dlt").mkdir()
    (tmp_path / ".dlt" / "config.toml").write_text("[extracts]\nworkers = 3\n", "utf-8")
    with caplog.at_level(logging.WARNING, "gristmill"):
        dlt.pipeline("extracts", destination="duckdb").run([{"id": 1}], table_name="rows")
    assert caplog.messages == []


def test_what_fails_in_normalize_is_the_error_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "data"))
    pipeline = dlt.pipeline("refused", destination="duckdb")
    pipeline.run([{"id": 1}], table_name="rows")
    with pytest.raises(PipelineStepFailed) as failed:
        pipeline.run([{"id": 1, "more": 1}], table_name="rows", schema_contract="freeze")
    assert failed.value.step == "normalize"
    assert isinstance(failed.value.exception, DataValidationError)


class Room(TypedDict):
    """A room of a shop."""

    size: float


class Shop(TypedDict, total=False):
    """A shop, with a type of each kind."""

    name: str
    kind: Literal["small", "large"]
    rooms: list[Room]
    by_name: dict[str, int]
    either: int | Room
    maybe: str | None
    call: Any


@pytest.mark.parametrize(
    ("doc", "field"),
    [
        ({"name": 1}, "name"),
        ({"kind": "tiny"}, "kind"),
        ({"rooms": {"size": 1.0}}, "rooms"),
        ({"rooms": [{"size": 1.0}, {"size": "big"}]}, "size"),
        ({"by_name": {"a": "b"}}, "by_name[a]"),
        ({"either": "x"}, "either"),
        ({"other": 1}, None),
        ({"rooms": [{}]}, None),
    ],
)
def test_a_dict_that_is_not_what_its_type_says(doc: dict[str, Any], field: str | None) -> None:
    with pytest.raises(DictValidationException) as refused:
        validate_dict(Shop, doc, "shop")
    assert refused.value.field == field
    assert refused.value.path.startswith("shop")


def test_a_dict_that_is_what_its_type_says() -> None:
    doc: dict[str, Any] = {
        "name": "x",
        "kind": "small",
        "rooms": [{"size": 1.5}],
        "by_name": {"a": 1},
        "either": {"size": 2.0},
        "maybe": None,
        "call": print,
    }
    validate_dict(Shop, doc, "shop")
    validate_dict_ignoring_xkeys(Shop, {**doc, "x-mine": 1}, "shop")
    with pytest.raises(DictValidationException, match="`x-mine`"):
        validate_dict(Shop, {**doc, "x-mine": 1}, "shop")
