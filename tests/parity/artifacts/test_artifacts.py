"""Every field of every artifact is dbt's, but for those that are listed here; and each artifact fits dbt's schema."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from .observe import READ, differing, fields, observe

HERE = Path(__file__).parent
ARTIFACTS = [name for names in READ.values() for name in names]

# Paths of fields that differ, and why.
DIFFERENT = {
    "manifest": {
        r"groups\[.*\]\.config\.persist_docs\..*": "dbt lays the configuration of models over groups",
    },
    "run_results": {
        r"results\[(model|test)\..*\]\.message": "what is skipped says why",
        r"results\[unit_test\..*\]\.compiled_code": "what is given and what is expected stand in a query of gristmill's own",
    },
    "catalog": {r".*\.stats\.has_stats\.description": "the sentence is gristmill's own"},
    "sources": {},
}


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return observe([sys.executable, "-m", "gristmill"], tmp_path_factory.mktemp("artifacts"))


@pytest.mark.parametrize("name", ARTIFACTS)
def test_the_fields_of(name: str, observed: dict[str, Any]) -> None:
    golden = json.loads((HERE / "golden" / f"{name}.json").read_text("utf-8"))
    ours = json.loads(json.dumps(fields(observed[name])))
    differ = differing(golden, ours)
    known = {path: rule for path in differ for rule in DIFFERENT[name] if re.fullmatch(rule, path)}
    assert {path: pair for path, pair in differ.items() if path not in known} == {}
    # A difference that is no more has no line here.
    assert set(DIFFERENT[name]) == set(known.values())


@pytest.mark.parametrize("name", ARTIFACTS)
def test_the_schema_of(name: str, observed: dict[str, Any]) -> None:
    schema = json.loads((HERE / "schemas" / f"{name}.json").read_text("utf-8"))
    wrong = jsonschema.Draft202012Validator(schema).iter_errors(observed[name])
    assert [(list(one.absolute_path), one.message[:200]) for one in wrong] == []
