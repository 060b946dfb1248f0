"""The command line, in a folder of its own with a data folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import gristmill as dlt
from gristmill.__main__ import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def gristmill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command as its words; gives the exit code, the output and the error output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "data"))

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(words)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@dlt.resource(primary_key="id", write_disposition="merge")
def orders(since=dlt.sources.incremental("at", initial_value=0)):
    yield [{"id": 1, "at": 3, "tags": ["a", "b"]}, {"id": 2, "at": 5, "tags": []}]


@dlt.resource
def users():
    dlt.current.source_state()["seen"] = 1
    yield {"n": 1}


@dlt.source
def shop():
    return orders, users


@pytest.fixture
def loaded(gristmill: Run) -> dlt.Pipeline:
    """A pipeline that ran once."""
    del gristmill
    pipeline = dlt.pipeline("shop", destination="duckdb", dataset_name="raw")
    pipeline.run(shop())
    return pipeline
