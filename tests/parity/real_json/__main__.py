"""Record what the real dlt leaves: `python -m tests.parity.real_json FOLDER`, with dlt installed and FOLDER the documents."""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from tests.parity.real_json.digest import DOCUMENTS, load

if __name__ == "__main__":
    dlt = importlib.import_module("dlt")
    for name in DOCUMENTS:
        document = json.loads(Path(sys.argv[1], f"{name}.json").read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as folder:
            found = {
                "peers": {"dlt": version("dlt"), "duckdb": version("duckdb")},
                "tables": load(dlt, [document], name, Path(folder)),
            }
        target = Path(__file__).with_name("golden") / f"{name}.json"
        target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        sys.stdout.write(f"{target.name}: {len(found['tables'])} tables\n")
