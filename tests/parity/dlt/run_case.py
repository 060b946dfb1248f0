"""Run one case under dlt or gristmill in a folder of its own, and write what it left behind as JSON.

python run_case.py dlt|gristmill cases/append.py work_dir result.json
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import json
import os
import runpy
import sys
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(1, str(Path(__file__).parents[2]))  # `postgres_server`, for the cases that read from one.

from dump import dump_database
from server import serve

STATE_KEYS_OF_THIS_MACHINE = ("_local", "_version_hash")


def load_dlt(peer: str) -> Any:
    """The module that the case calls dlt."""
    if peer == "gristmill":
        from gristmill.alias import install

        install()
    return importlib.import_module("dlt")


def run(peer: str, case: Path, work_dir: Path) -> dict[str, Any]:
    """The outcome of a case: what it returned or raised, and its databases."""
    work_dir.mkdir(parents=True, exist_ok=True)
    os.chdir(work_dir)
    for name in [n for n in os.environ if n.startswith(("SOURCES__", "DESTINATION__", "PIPELINES__", "DLT_"))]:
        del os.environ[name]
    os.environ["DLT_DATA_DIR"] = str(work_dir / "dlt_data")
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["RUNTIME__LOG_LEVEL"] = "CRITICAL"
    warnings.simplefilter("ignore")
    text = case.read_text("utf-8")
    # Cases that read from the server have it in their own process: two peers at once do not meet in it.
    server = serve() if "PARITY_PORT" in text or "from server import" in text else None
    if server is not None:
        os.environ["PARITY_PORT"] = str(server.server_port)
    dlt = load_dlt(peer)
    outcome: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    try:
        if "\ndef run(" in text:
            spec = importlib.util.spec_from_file_location(f"case_{case.stem}", case)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules[spec.name] = module
            spec.loader.exec_module(module)
            settings = vars(module)
            outcome["returned"] = json.loads(json.dumps(module.run(dlt, work_dir), default=str))
        else:
            runpy.run_path(str(case), run_name="__main__")
    except Exception as error:
        outcome["raised"] = {"type": type(error).__name__, "step": getattr(error, "step", None)}
        if os.environ.get("PARITY_TRACE"):
            raise
    dumps = {
        path.name: dump_database(path, raw_ids=bool(settings.get("RAW_IDS")))
        for path in sorted(work_dir.glob("*.duckdb"))
    }
    # A database in which nothing was made is as good as none.
    outcome["databases"] = {name: dump for name, dump in dumps.items() if dump}
    return outcome


def main() -> None:
    """Run what the arguments say."""
    peer, case, work_dir, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
    target = target.absolute()
    outcome = run(peer, case.absolute(), work_dir.absolute())
    versions = {"duckdb": importlib.metadata.version("duckdb"), "python": sys.version.split()[0]}
    if peer == "dlt":
        versions["dlt"] = importlib.metadata.version("dlt")
    target.write_text(
        json.dumps({"peers": versions, **outcome}, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()
