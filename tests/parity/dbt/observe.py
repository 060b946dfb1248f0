"""Run a case with an executable, in a copy of the project, and write down what it leaves."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from tests.bench.projects import generate

from .cases import PEER_PACKAGES, Case

Json = dict[str, Any]

PROFILE = """\
parity:
  target: dev
  outputs:
    dev: {type: duckdb, path: warehouse.duckdb, threads: 1}
    prod: {type: duckdb, path: warehouse.duckdb, schema: production, threads: 4}
"""
PROJECT = """\
name: parity
version: "1.0"
profile: parity
"""
# Only these commands print what they found; everybody else's output is for people.
PRINTING = ("ls", "list")
NODE_FIELDS = [
    "resource_type",
    "name",
    "package_name",
    "path",
    "original_file_path",
    "fqn",
    "alias",
    "schema",
    "database",
    "tags",
    "description",
    "meta",
    "config",
    "group",
    "language",
    "relation_name",
    "refs",
    "sources",
    "unrendered_config",
    "patch_path",
    "docs",
    "column_name",
    "file_key_name",
    "attached_node",
    "test_metadata",
    "source_name",
    "source_description",
    "identifier",
    "loader",
    "loaded_at_field",
    "type",
    "owner",
    "url",
    "maturity",
    "label",
    "arguments",
    "returns",
    "functions",
    "constraints",
    "index",
    "primary_key",
    "compiled",
    "compiled_path",
]
# Macros of the built-in packages that are there under another name, or not at all: see `docs/differences.md`.
TWICE = ("build_snapshot_staging_table", "create_table_as", "run_hooks")
OF_SCRIPTS = "macro.dbt.py_script_postfix"


def observe(case: Case, executable: Sequence[str], workplace: Path, *, is_peer: bool) -> Json:
    """What the case leaves: after each step its exit code, results and relations; after the last one the manifest."""
    project = workplace / case.name
    shutil.copytree(case.folder, project, ignore=shutil.ignore_patterns("case.toml", "_*"))
    if case.generated:
        shutil.rmtree(project)
        generate(project, case.generated["shape"], case.generated["size"], case.generated.get("threads", 4))
    for name, text in (("profiles.yml", PROFILE), ("dbt_project.yml", PROJECT)):
        if not (project / name).exists():
            (project / name).write_text(text, "utf-8")
    if is_peer:
        for package in case.peer_packages:
            shutil.copytree(PEER_PACKAGES / package, project / "dbt_packages" / package)
    repositories = {f"PARITY_{name.upper()}": str(repository(case, workplace, name)) for name in case.repositories}
    set_up(case, project)

    steps: list[Json] = []
    for step in case.steps:
        if step.overlay:
            shutil.copytree(case.folder / step.overlay, project, dirs_exist_ok=True)
        for removed in step.remove:
            (project / removed).unlink()
        forget_results(project, step.command)
        # What `ls` prints is its result, so nothing else may be printed.
        quiet = ["--quiet"] if step.command[0] in PRINTING else []
        done = subprocess.run(
            [*executable, *step.command, *quiet],
            cwd=project,
            env=environment(repositories | step.env),
            capture_output=True,
            text=True,
            timeout=1800 if case.generated else 110,
            check=False,
        )
        observed: Json = {"command": step.command, "exit": done.returncode}
        if step.command[0] in PRINTING and done.returncode == 0:
            observed["listed"] = sorted(map(listed, done.stdout.splitlines()))
        written = project / "target" / "run_results.json"
        if written.exists() and step.command[0] not in PRINTING:
            observed["results"] = results_of(written, compiled=case.compiled)
            observed |= args_of(written) if case.args else {}
        if step.command[0] == "deps":
            observed["packages"] = packages_of(project)
        if step.command[0] not in PRINTING:
            observed["relations"] = relations_of(project / "warehouse.duckdb")
        observed["output"] = done.stdout + done.stderr
        steps.append(observed)
    return {"steps": steps, "manifest": manifest_of(project / "target" / "manifest.json")}


def listed(line: str) -> str:
    """A line of `ls`; in an object the order of keys is free."""
    return json.dumps(json.loads(line), sort_keys=True) if line.startswith("{") else line


def forget_results(project: Path, command: Sequence[str]) -> None:
    """Take away what the command before left; `retry` goes on from it."""
    if command[0] != "retry":
        (project / "target" / "run_results.json").unlink(missing_ok=True)


def set_up(case: Case, project: Path) -> None:
    """Run the SQL that stands before the first command."""
    if case.setup:
        with duckdb.connect(str(project / "warehouse.duckdb")) as connection:
            for statement in case.setup:
                connection.execute(statement)


def repository(case: Case, workplace: Path, name: str) -> Path:
    """A git repository of the files in `_<name>`, with a tag; its commit is the same wherever and whenever it is made."""
    folder = workplace / "repositories" / name
    shutil.copytree(case.folder / f"_{name}", folder)
    who = {"NAME": "parity", "EMAIL": "parity@example.com", "DATE": "2024-01-01T00:00:00+00:00"}
    env = os.environ | {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()}
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "first"], ["tag", "1.0.0"]):
        subprocess.run(["git", *words], cwd=folder, env=env, check=True, capture_output=True)
    return folder


def packages_of(project: Path) -> Json:
    """What `deps` leaves: the lock file, and the names of what is installed. The hash of an address is that of this machine."""
    lock, folder = project / "package-lock.yml", project / "dbt_packages"
    text = lock.read_text("utf-8") if lock.exists() else None
    if text and "git:" in text:
        text = text.partition("sha1_hash:")[0]
    return {"lock": text, "installed": sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []}


def environment(extra: dict[str, str]) -> dict[str, str]:
    """The caller's, without what would steer dbt, and without its calls home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "GRISTMILL_"))}
    return kept | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1", "NO_COLOR": "1"} | extra


def results_of(path: Path, *, compiled: bool) -> Json:
    """Status, failures and compiled code of each node, by unique id; the order in which they ran is free."""
    results: Json = {}
    for result in json.loads(path.read_text("utf-8"))["results"]:
        kept: Json = {"status": result["status"]}
        for name in ("failures", "relation_name", "adapter_response"):
            if result.get(name) not in (None, {}):
                kept[name] = result[name]
        if compiled and is_users_code(result["unique_id"]) and result.get("compiled_code"):
            kept["compiled"] = " ".join(result["compiled_code"].split())
        results[result["unique_id"]] = kept
    return dict(sorted(results.items()))


def args_of(path: Path) -> Json:
    """The flags of the command, without those that are of the place and of the program."""
    args: Json = json.loads(path.read_text("utf-8"))["args"]
    return {"args": {name: value for name, value in args.items() if not name.endswith(("_dir", "_path", "_command"))}}


def is_users_code(unique_id: str) -> bool:
    """Generic tests end in a hash: their SQL comes from macros, and those are in the words of whoever wrote them."""
    return not (unique_id.startswith("test.") and len(unique_id.split(".")) == 4)


def relations_of(path: Path) -> Json:
    """Every table and view: its kind, its columns, and its rows in any order."""
    if not path.exists():
        return {}
    relations: Json = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        # Views over files name them as the project does.
        connection.execute(f"set file_search_path = '{path.parent}'")
        named = connection.execute(
            "select table_schema, table_name, table_type from information_schema.tables "
            "where table_catalog = current_catalog() order by all"
        ).fetchall()
        for schema, name, kind in named:
            # What dbt leaves of incremental Python models; its name is a time.
            if re.search(r"__dbt_tmp\d+$", name):
                continue
            quoted = f'"{schema}"."{name}"'
            try:
                connection.execute(f"describe {quoted}")
            except duckdb.Error:
                # A view over what was there while the project ran only.
                relations[f"{schema}.{name}"] = {"kind": kind, "readable": False}
                continue
            columns = [list(column[:2]) for column in connection.execute(f"describe {quoted}").fetchall()]
            rows = [
                [None if value is None else str(value) for value in row]
                for row in connection.execute(f"from {quoted}").fetchall()
            ]
            rows.sort(key=lambda row: [(value is None, value or "") for value in row])
            relations[f"{schema}.{name}"] = {"kind": kind, "columns": columns, "rows": rows}
        for key, found in (("constraints", constraints_of(connection)), ("comments", comments_of(connection))):
            for relation, told in found.items():
                relations[relation][key] = told
    return relations


def constraints_of(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """What tables refuse, where there is something: the kind of each constraint, and its columns."""
    rows = connection.execute(
        "select schema_name, table_name, constraint_type, constraint_column_names, expression, referenced_table "
        "from duckdb_constraints() where database_name = current_catalog() order by all"
    ).fetchall()
    found: dict[str, list[str]] = {}
    for schema, table, *told in rows:
        found.setdefault(f"{schema}.{table}", []).append(" ".join(str(part) for part in told if part))
    return found


def comments_of(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """The comments of relations (under no name) and of their columns, where there are any."""
    rows = connection.execute(
        "select schema_name, table_name, '' as name, comment from duckdb_tables() where database_name = current_catalog() "
        "union all select schema_name, view_name, '', comment from duckdb_views() where database_name = current_catalog() "
        "union all select schema_name, table_name, column_name, comment from duckdb_columns() "
        "where database_name = current_catalog() order by all"
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for schema, relation, name, comment in rows:
        if comment is not None:
            found.setdefault(f"{schema}.{relation}", {})[name] = comment
    return found


def manifest_of(path: Path) -> Json | None:
    """What the user's own files came to: nothing of the packages that come with dbt."""
    if not path.exists():
        return None
    manifest = json.loads(path.read_text("utf-8"))
    kept: Json = {}
    for section in ("nodes", "sources", "exposures"):
        kept[section] = {unique_id: node_of(entry) for unique_id, entry in sorted(manifest[section].items())}
    own = {unique_id for unique_id in manifest["macros"] if is_own_macro(unique_id)}
    kept["macros"] = {
        unique_id: {
            "description": manifest["macros"][unique_id]["description"],
            "depends_on": [called for called in own_macros(manifest["macros"][unique_id]) if called != unique_id],
        }
        for unique_id in sorted(own)
    }
    kept["docs"] = {
        unique_id: doc["block_contents"]
        for unique_id, doc in sorted(manifest["docs"].items())
        if doc["package_name"] != "dbt"
    }
    if manifest["functions"]:
        kept["functions"] = {unique_id: node_of(entry) for unique_id, entry in sorted(manifest["functions"].items())}
    # Whole, but for when they were read.
    for section in ("groups", "semantic_models", "metrics", "saved_queries"):
        if manifest[section]:
            kept[section] = {unique_id: without_times(entry) for unique_id, entry in sorted(manifest[section].items())}
    if manifest["semantic_models"]:
        semantic = json.loads(path.with_name("semantic_manifest.json").read_text("utf-8"))
        for section in ("semantic_models", "metrics", "saved_queries"):
            semantic[section].sort(key=lambda entry: entry["name"])
        kept["semantic_manifest"] = semantic
    if manifest["selectors"]:
        kept["selectors"] = manifest["selectors"]
    kept["disabled"] = sorted(manifest["disabled"])
    kept["parent_map"] = {
        child: sorted(parents) for child, parents in sorted(manifest["parent_map"].items()) if is_own_macro(child)
    }
    return kept


def without_times(entry: Json) -> Json:
    """An entry without when it was read, its nodes in the order of their names."""
    kept = {name: value for name, value in entry.items() if name != "created_at"}
    if kept.get("depends_on"):
        kept["depends_on"] = {"nodes": sorted(kept["depends_on"]["nodes"]), "macros": kept["depends_on"]["macros"]}
    return kept


def is_own_macro(unique_id: str) -> bool:
    """Built-in macros, and those of packages that gristmill has built in, are free to depend on what they like."""
    built_in = ("dbt", "dbt_duckdb", "dbt_utils", "dbt_date", "dbt_expectations")
    return not unique_id.startswith(tuple(f"macro.{package}." for package in built_in))


def own_macros(entry: Json) -> list[str]:
    """The user's macros that something calls."""
    return sorted(filter(is_own_macro, entry.get("depends_on", {}).get("macros", [])))


def macros_of(entry: Json) -> list[str]:
    """All macros that a node calls by itself."""
    called = [macro for macro in entry.get("depends_on", {}).get("macros", []) if macro and macro != OF_SCRIPTS]
    return sorted({f"macro.dbt_duckdb.{macro.split('.')[2]}" if macro.endswith(TWICE) else macro for macro in called})


def node_of(entry: Json) -> Json:
    """The fields of a node that a user wrote or that follow from what was written."""
    kept: Json = {name: entry[name] for name in NODE_FIELDS if entry.get(name) not in (None, "", [], {})}
    kept["depends_on"] = {"nodes": sorted(entry.get("depends_on", {}).get("nodes", [])), "macros": macros_of(entry)}
    if entry.get("time_spine"):
        kept["time_spine"] = entry["time_spine"]
    if "config" in kept:
        kept["config"] = {name: value for name, value in kept["config"].items() if value not in (None, "", [], {})}
    if entry.get("contract", {}).get("enforced"):
        kept["contract"] = entry["contract"]
    if "checksum" in entry:
        kept["checksum"] = entry["checksum"]["checksum"]
    if entry.get("columns"):
        kept["columns"] = {
            name: {
                key: column[key]
                for key in ("name", "description", "data_type", "granularity", "tags", "meta", "quote", "constraints")
                if column.get(key)
            }
            for name, column in entry["columns"].items()
        }
    return kept
