"""The same items, loaded by the core, leave what dlt left: tables, columns, types, rows, states and schemas."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import duckdb
import pytest

from gristmill import _core

from .dataset import picture

HERE = Path(__file__).parent


@pytest.mark.parametrize("path", sorted((HERE / "cases").glob("*.json")), ids=lambda path: path.stem)
def test_leaves_what_dlt_left(path: Path, tmp_path: Path) -> None:
    case = json.loads(path.read_text())
    golden = json.loads((HERE / "golden" / path.name).read_text())
    states = [json.loads(zlib.decompress(base64.b64decode(row[3]))) for row in golden["state"]]
    connection = duckdb.connect(str(tmp_path / "case.duckdb"))
    schema = _core.Schema("case")
    schema.bump()
    for number, (load, hints) in enumerate(zip(case["loads"], golden["hints"], strict=True), 1):
        extract = _core.Extract(str(tmp_path / "packages"), f"{number}.5", schema, {})
        for described, table in zip(load, hints, strict=True):
            lines = tmp_path / "items.jsonl"
            lines.write_text("".join(json.dumps(item) + "\n" for item in described["items"]))
            extract.files(table, [({"path": str(lines)}, None)])
        state = states[min(number, len(states)) - 1]
        package = extract.commit(state)
        _core.load_package(package["path"], connection, "shop", {})
    left = picture(connection, "shop")
    assert left["columns"] == golden["columns"]
    assert left["tables"] == golden["tables"]
    assert left["loads"] == golden["loads"]
    assert [row["tables"] for row in left["schemas"]] == [row["tables"] for row in golden["schemas"]]
    assert [row["hash"] for row in left["schemas"]] == [row["hash"] for row in golden["schemas"]]
    assert states_of(connection) == [(row[0], row[1], row[2], row[4]) for row in golden["state"]]
    connection.close()


@pytest.mark.parametrize("path", sorted((HERE / "golden").glob("*.json")), ids=lambda path: path.stem)
def test_state_hash_is_dlts(path: Path, tmp_path: Path) -> None:
    for row in json.loads(path.read_text())["state"]:
        state: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(row[3])))
        del state["_version_hash"]
        connection = duckdb.connect()
        extract = _core.Extract(str(tmp_path / "packages"), "1.5", _core.Schema("case"), {})
        _core.load_package(extract.commit(state)["path"], connection, "shop", {})
        assert states_of(connection)[0][3] == row[4]
        connection.close()


def states_of(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    sql = "select version, engine_version, pipeline_name, version_hash from shop._dlt_pipeline_state order by rowid"
    return connection.execute(sql).fetchall()
