"""gristmill leaves what dlt leaves, from bytes and from Python objects."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import gristmill
from gristmill.sources.filesystem import read_file
from tests.parity.real_json.digest import DOCUMENTS, load

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT.parent / "shared" / "data" / "json"


@pytest.mark.parametrize("lane", ["bytes", "objects"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_equal_to_dlt(name: str, lane: str, tmp_path: Path) -> None:
    path = FOLDER / f"{name}.json"
    if not path.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{path.name} of the real data is missing, and CI must run this test")
        pytest.skip(f"{path.name} of the real data is not beside the checkout")
    document: list[Any] = [read_file(path) if lane == "bytes" else json.loads(path.read_text(encoding="utf-8"))]
    golden = json.loads((Path(__file__).with_name("golden") / f"{name}.json").read_text(encoding="utf-8"))["tables"]
    found = load(gristmill, document, name, tmp_path)
    assert list(found) == list(golden)
    assert {table for table in golden if found[table] != golden[table]} == set()
