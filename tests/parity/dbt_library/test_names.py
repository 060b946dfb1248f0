"""Every name that dbt gives to a kind of file is there in gristmill: recorded from dbt by `record.py`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LISTS = Path(__file__).resolve().parents[2] / "fixtures" / "dbt_library"

# What dbt has and gristmill does not, each with its reason.
LEFT_OUT: dict[str, dict[str, str]] = {
    "model": {},
    "operation": {},
    "adapter": {},
    "relation": {
        "ADDITIONAL_PROPERTIES": "how dbt's class is written to a file",
        "get_function_config": "the project cannot hold functions",
        "get_function_macro_name": "the project cannot hold functions",
    },
    "column": {},
}


def recorded(name: str) -> dict[str, list[str]]:
    """The names of a list, by kind."""
    lines = (LISTS / f"{name}.txt").read_text("utf-8").splitlines()
    return {kind: names.split() for kind, names in (line.split(": ") for line in lines)}


def missing(names: list[str], owner: str = "") -> str:
    """A template that prints those of the names that are not there."""
    return "".join(f"{{% if {owner}{name} is not defined %}}{name} {{% endif %}}" for name in names)


def test_every_name_of_a_context_is_there(tmp_path: Path) -> None:
    """Each kind of file says which names it misses, and none does."""
    contexts, objects = recorded("contexts"), recorded("objects")
    profile = {"type": "duckdb", "path": "w.duckdb", "schema": "main" + missing(contexts["profile"])}
    (tmp_path / "profiles.yml").write_text(json.dumps({"p": {"target": "dev", "outputs": {"dev": profile}}}))
    project = {"name": "p", "profile": "p", "models": {"+meta": {"project": "-" + missing(contexts["project"])}}}
    (tmp_path / "dbt_project.yml").write_text(json.dumps(project))
    model = {
        "name": "a",
        "description": "-" + missing(contexts["docs"]),
        "config": {"alias": "a" + missing(contexts["properties"])},
    }
    column = "{% set column = api.Column('a', 'integer') %}"
    asked = {
        "model": missing(contexts["model"]),
        "adapter": missing(objects["adapter"], "adapter."),
        "relation": missing(objects["relation"], "this."),
        "column": column + missing(objects["column"], "column."),
    }
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "a.yml").write_text(json.dumps({"models": [model]}))
    columns = ", ".join(f"'{template}' as of_{kind}" for kind, template in asked.items())
    (tmp_path / "models" / "a.sql").write_text(f"select {columns}")
    (tmp_path / "macros").mkdir()
    said = "{% do log('missing: ' ~ ([" + "] | join(' ')), info=True) %}"
    named = ", ".join(f"('{name}' if {name} is not defined else '')" for name in contexts["operation"])
    (tmp_path / "macros" / "m.sql").write_text("{% macro m() %}" + said.replace("[]", f"[{named}]") + "{% endmacro %}")

    done = run(tmp_path, "run")
    assert done.returncode == 0, done.stdout
    manifest = json.loads((tmp_path / "target" / "manifest.json").read_text("utf-8"))
    node = manifest["nodes"]["model.p.a"]
    assert (node["schema"], node["alias"], node["description"], node["meta"]["project"]) == ("main", "a", "-", "-")
    for kind in asked:
        text = node["compiled_code"].partition(f"of_{kind}")[0].rsplit("'", 2)[1]
        assert set(text.split()) == set(LEFT_OUT[kind]), kind
    told = next(line for line in run(tmp_path, "run-operation", "m").stdout.splitlines() if "missing:" in line)
    assert set(told.partition("missing:")[2].split()) == set(LEFT_OUT["operation"])


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of gristmill in a project."""
    return subprocess.run(
        [sys.executable, "-m", "gristmill", *words], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
