"""Parse projects with dbt and with gristmill, and tell where the manifests differ.

    python tests/parity/manifest/compare.py --dbt <path of dbt> --dump <path of the built dump> [project ...]

Without projects, every folder of tests/fixtures/projects is compared. Exit code 1 when any differs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
# dbt gathers these in sets, whose order changes from run to run.
UNORDERED = ("tags", "sources")


def theirs(dbt: str, project: Path) -> dict[str, Any]:
    """What dbt makes of a project."""
    environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    run = subprocess.run(
        [dbt, "--quiet", "parse", "--no-partial-parse", "--profiles-dir", str(project)],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        return {"error": run.stdout + run.stderr}
    manifest = json.loads((project / "target" / "manifest.json").read_text())
    resources: dict[str, Any] = {}
    for part in ("nodes", "sources", "exposures", "unit_tests", "metrics", "semantic_models", "saved_queries"):
        resources.update(manifest[part])
    return {"resources": resources, "disabled": list(manifest["disabled"])}


def remembered(dbt: str, project: Path, cache: Path | None) -> dict[str, Any]:
    """The same, from an earlier run over the same files if there was one."""
    if cache is None:
        return theirs(dbt, project)
    files = sorted(path for path in project.rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(project)}\0".encode() + path.read_bytes() + b"\0")
    kept = cache / f"{project.name}-{digest.hexdigest()[:16]}.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(theirs(dbt, project)))
    return json.loads(kept.read_text())


def ours(dump: str, project: Path) -> dict[str, Any]:
    """What gristmill makes of it."""
    run = subprocess.run([dump, str(project)], capture_output=True, text=True, check=False)
    return json.loads(run.stdout) if run.returncode == 0 else {"error": run.stderr}


def normal(key: str, value: Any) -> Any:
    """A field in the form that both are compared in."""
    if key == "checksum" and isinstance(value, dict):
        # dbt names a large seed by its path, which holds where the project is.
        return "" if value["name"] == "none" else value["checksum"]
    if key == "columns" and isinstance(value, dict):
        kept = ("description", "data_type", "tags", "meta", "quote")
        return {name: {field: column.get(field) for field in kept} for name, column in value.items()}
    if key in UNORDERED and isinstance(value, list):
        return sorted(map(str, value))
    if key == "refs" and isinstance(value, list):
        return [{**ref, "version": ref["version"] and str(ref["version"])} for ref in value]
    if key == "depends_on" and isinstance(value, dict):
        return {part: sorted(value.get(part, [])) for part in ("nodes", "macros")}
    return value


def differences(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """One line for each difference."""
    if "error" in expected or "error" in found:
        if "error" in expected and "error" in found:
            return []
        side = "dbt" if "error" in expected else "gristmill"
        return [f"only {side} refuses it: {(expected.get('error') or found.get('error') or '').strip()}"]
    lines: list[str] = []
    theirs_by_id, ours_by_id = expected["resources"], found["resources"]
    lines += [f"missing: {name}" for name in theirs_by_id if name not in ours_by_id]
    lines += [f"unexpected: {name}" for name in ours_by_id if name not in theirs_by_id]
    for name in theirs_by_id.keys() & ours_by_id.keys():
        for key, value in ours_by_id[name].items():
            if key not in theirs_by_id[name]:
                continue
            want, have = normal(key, theirs_by_id[name][key]), normal(key, value)
            if want != have:
                if isinstance(want, dict) and isinstance(have, dict):
                    keys = [k for k in {**want, **have} if want.get(k, "<none>") != have.get(k, "<none>")]
                    want = {k: want.get(k, "<none>") for k in keys}
                    have = {k: have.get(k, "<none>") for k in keys}
                lines.append(f"{name}: {key}\n    dbt       {want!r}\n    gristmill {have!r}")
    disabled = set(expected["disabled"])
    if disabled != set(found["disabled"]):
        lines.append(f"disabled: dbt {sorted(disabled)} gristmill {sorted(found['disabled'])}")
    return sorted(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dbt", default="dbt")
    parser.add_argument("--dump", default=str(ROOT / "target" / "debug" / "examples" / "dump_manifest"))
    parser.add_argument("--cache", type=Path, help="a folder that keeps what dbt said")
    parser.add_argument("projects", nargs="*", type=Path)
    arguments = parser.parse_args()
    fixtures = ROOT / "tests" / "fixtures" / "projects"
    projects = arguments.projects or sorted(path for path in fixtures.iterdir() if path.is_dir())
    failed = 0
    for project in projects:
        with tempfile.TemporaryDirectory() as scratch:
            copy = Path(scratch) / project.name
            shutil.copytree(project, copy)
            found = differences(remembered(arguments.dbt, copy, arguments.cache), ours(arguments.dump, copy))
        failed += bool(found)
        sys.stdout.write(f"{'differs' if found else 'same   '} {project.name}\n")
        sys.stdout.writelines(f"  {line}\n" for line in found)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
