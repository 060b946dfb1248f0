"""`python -m tests.parity.artifacts record` writes `golden/` and `schemas/` from the dbt beside `GRISTMILL_PEERS`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .observe import fields, observe

HERE = Path(__file__).parent

# Runs where dbt is. The schemas are dbt-core's own, which is under the Apache License 2.0.
SCHEMAS = """
import json
from dbt.artifacts.schemas.catalog import CatalogArtifact
from dbt.artifacts.schemas.freshness import FreshnessExecutionResultArtifact
from dbt.artifacts.schemas.manifest import WritableManifest
from dbt.artifacts.schemas.run import RunResultsArtifact
artifacts = {"manifest": WritableManifest, "run_results": RunResultsArtifact, "catalog": CatalogArtifact,
             "sources": FreshnessExecutionResultArtifact}
print(json.dumps({name: artifact.json_schema() for name, artifact in artifacts.items()}))
"""


def main() -> None:
    """Record."""
    peer = os.environ["GRISTMILL_PEERS"]
    with tempfile.TemporaryDirectory() as workplace:
        observed = observe([str(Path(peer).with_name("dbt"))], Path(workplace))
    for name, artifact in observed.items():
        text = json.dumps(fields(artifact), indent=0, sort_keys=True, ensure_ascii=False)
        (HERE / "golden" / f"{name}.json").write_text(text + "\n", "utf-8")
    told = subprocess.run([peer, "-c", SCHEMAS], capture_output=True, text=True, check=True).stdout
    for name, schema in json.loads(told).items():
        (HERE / "schemas" / f"{name}.json").write_text(json.dumps(schema) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
