"""A stand-in for Amazon, and a clock that both sides share: whoever sleeps moves it, and nobody waits."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

import gristmill as dlt
from gristmill.sources.amazon import Clock
from gristmill.sources.amazon.mock import Catalog, Mock
from tests.python.ingest.conftest import own_world

__all__ = ["own_world"]


@pytest.fixture(autouse=True)
def no_credentials_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith("AMAZON_")]:
        monkeypatch.delenv(name)


@dataclass
class Time:
    """Seconds that pass only when somebody sleeps."""

    seconds: float = 0.0

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(self.now, self.sleep, lambda: 1.0)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def make_mock(time: Time) -> Iterator[MakeMock]:
    made: list[Mock] = []

    def make(count: int = 1, **settings: Any) -> Mock:
        made.append(Mock(Catalog.sample(count), now=time.now, **settings).__enter__())
        return made[-1]

    yield make
    for mock in made:
        mock.__exit__()


MakeMock = Callable[..., Mock]
Said = Callable[[], str]


@dataclass
class Loaded:
    """A pipeline into a database of its own."""

    folder: Path

    def run(self, data: Any, **arguments: Any) -> Any:
        pipeline = dlt.pipeline("amazon", destination=dlt.destinations.duckdb(str(self.file)), dataset_name="raw")
        return pipeline.run(data, **arguments)

    @property
    def file(self) -> Path:
        return self.folder / "amazon.duckdb"

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    return Loaded(tmp_path)


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[Said]:
    """What was logged so far, at any level."""
    log = logging.getLogger("gristmill")
    before, propagates = log.level, log.propagate
    log.setLevel(logging.DEBUG)
    log.addHandler(caplog.handler)
    yield lambda: caplog.text
    log.removeHandler(caplog.handler)
    log.setLevel(before)
    log.propagate = propagates
