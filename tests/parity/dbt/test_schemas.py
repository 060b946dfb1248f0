"""The artifacts, checked with the JSON schemas that dbt itself ships."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gristmill.dbt import dbtRunner

PEER = os.environ.get("GRISTMILL_PEERS")

# Runs in the environment that has dbt: its classes make the schemas, and must read the documents themselves.
CHECK = """
import json, sys
import jsonschema
from dbt.artifacts.schemas.catalog import CatalogArtifact
from dbt.artifacts.schemas.manifest import WritableManifest
from dbt.artifacts.schemas.run import RunResultsArtifact
for name, artifact in [("manifest", WritableManifest), ("run_results", RunResultsArtifact), ("catalog", CatalogArtifact)]:
    document = json.load(open(f"{sys.argv[1]}/{name}.json"))
    for wrong in jsonschema.Draft202012Validator(artifact.json_schema()).iter_errors(document):
        print(name, list(wrong.path), wrong.message[:200])
    artifact.from_dict(document)
"""

FILES = {
    "dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\non-run-end: 'select 1'\n",
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n",
    "models/a.sql": "{{ config(materialized='table') }} select * from {{ source('raw', 's') }}",
    "models/b.sql": "{{ config(materialized='ephemeral') }} select * from {{ ref('a') }}",
    "models/c.sql": "select id, nope from {{ ref('b') }}",
    "models/schema.yml": """
sources: [{name: raw, schema: main, tables: [{name: s, columns: [{name: id}]}]}]
models:
  - name: a
    description: the first
    columns: [{name: id, description: the key, data_tests: [unique, not_null]}]
exposures: [{name: e, type: dashboard, owner: {name: me}, depends_on: [ref('c')]}]
""",
    "seeds/s.csv": "id\n1\n",
    "tests/singular.sql": "{{ config(store_failures=true) }} select * from {{ ref('a') }}",
    "macros/m.sql": "{% macro m() %}1{% endmacro %}",
}


@pytest.mark.skipif(PEER is None, reason="GRISTMILL_PEERS names no Python that has dbt")
def test_artifacts_have_dbts_shapes(tmp_path: Path) -> None:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    where = ["--project-dir", str(tmp_path), "--profiles-dir", str(tmp_path)]
    assert not dbtRunner().invoke(["seed", *where]).exception
    assert not dbtRunner().invoke(["build", *where]).success
    assert dbtRunner().invoke(["docs", "generate", "--exclude", "c", *where]).success
    checked = subprocess.run(
        [str(PEER), "-c", CHECK, str(tmp_path / "target")], capture_output=True, text=True, check=False
    )
    assert (checked.stdout, checked.stderr, checked.returncode) == ("", "", 0)
