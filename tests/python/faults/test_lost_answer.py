"""A commit whose answer was lost has happened; the load that is repeated finds that out and does nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

import gristmill as dlt
from gristmill.exceptions import PipelineStepFailed

from .shop import CASES, Scene


class Deaf:
    """A connection that commits and then does not hear the answer, once."""

    def __init__(self, connection: Any, lost: list[str]) -> None:
        self._connection = connection
        self._lost = lost

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def cursor(self) -> Deaf:
        return Deaf(self._connection.cursor(), self._lost)

    def execute(self, sql: str, *parameters: Any) -> Any:
        answer = self._connection.execute(sql, *parameters)
        if sql == "commit" and not self._lost:
            self._lost.append(sql)
            raise duckdb.IOException("IO Error: the answer was lost")
        return answer


@pytest.mark.parametrize("case", CASES)
def test_a_commit_whose_answer_was_lost_is_not_repeated(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "data"))
    scene = Scene(tmp_path, case)
    scene.run(1)
    lost: list[str] = []
    with duckdb.connect(str(scene.database)) as connection:
        destination: Any = dlt.destinations.duckdb(Deaf(connection, lost))
        pipeline = dlt.pipeline("orders", destination=destination, dataset_name="shop")
        with pytest.raises(PipelineStepFailed, match="the answer was lost") as caught:
            pipeline.run(scene.sources())
        assert caught.value.has_pending_data
        assert lost == ["commit"]
        info = pipeline.run()
        assert info is not None
        assert len(info.loads_ids) == (2 if case == "several schemas" else 1)
        # The pipeline goes on from there.
        pipeline.run(scene.sources())
    scene.run()
    verdict = scene.check(whole=True)
    assert verdict.right, verdict
    assert not scene.waiting()
