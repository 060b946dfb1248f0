"""Runs with a Python that has dbt, or with gristmill under its name, and prints what `dbtRunner` gives as JSON.

    python observe.py <folder>                 # dbt
    python observe.py <folder> gristmill

Nothing but dbt's public interface is named: the same lines run over both.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import Any

FILES = {
    "dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\nflags: {send_anonymous_usage_stats: false}\n",
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n",
    "seeds/raw.csv": "id,name,made_on\n1,ada,2024-01-01\n2,bob,2024-01-02\n",
    "models/orders.sql": "{{ config(materialized='table', tags=['daily'], meta={'owner': 'x'}) }} select * from {{ ref('raw') }}",
    "models/people.sql": "select name, 1.5::decimal(4, 2) as price, made_on from {{ ref('orders') }}",
    "models/schema.yml": """
sources:
  - name: crm
    schema: main
    tables:
      - {name: raw, loaded_at_field: made_on::timestamp, config: {freshness: {warn_after: {count: 1, period: day}}}}
      - {name: gone, loaded_at_field: made_on, config: {freshness: {warn_after: {count: 1, period: day}}}}
models:
  - name: orders
    columns:
      - {name: id, data_tests: [unique]}
      - name: name
        data_tests: [accepted_values: {arguments: {values: [ada]}, config: {severity: warn}}]
exposures: [{name: board, type: dashboard, owner: {name: me}, depends_on: [ref('orders')]}]
""",
    "tests/fails.sql": "select 1 as one",
    "macros/op.sql": "{% macro op(x=1) %}{{ return(x) }}{% endmacro %}"
    "{% macro bad() %}{{ exceptions.raise_compiler_error('no way') }}{% endmacro %}",
    "snapshots/history.sql": "{% snapshot history %}{{ config(unique_key='id', strategy='check', check_cols='all') }}"
    " select * from {{ ref('orders') }}{% endsnapshot %}",
}
BROKEN = {
    "syntax": "select {{ nope( }}",
    "ref": "select * from {{ ref('nowhere') }}",
    "raised": "{{ exceptions.raise_compiler_error('stop') }} select 1",
    "raised at run": "{% if execute %}{{ exceptions.raise_compiler_error('stop') }}{% endif %} select 1",
    "sql": "select nothing from {{ ref('orders') }}",
}
COMMANDS: list[tuple[list[str], dict[str, Any]]] = [
    (["parse"], {}),
    (["seed"], {}),
    (["run"], {"select": ["orders", "people"], "full_refresh": True, "vars": {"a": 1}}),
    (["build"], {"exclude": ["fails"]}),
    (["test"], {"select": ["fails"]}),
    (["snapshot"], {}),
    (["compile"], {"select": ["people"]}),
    (["compile"], {"inline": "select * from {{ ref('orders') }}"}),
    (["show"], {"select": ["people"]}),
    (["show"], {"inline": "select 1 as x, null as y", "limit": 1}),
    (["ls"], {"resource_types": ["model"]}),
    (["ls"], {"select": ["nothing"]}),
    (["docs", "generate"], {}),
    (["source", "freshness"], {}),
    (["run-operation", "op", "--args", "{x: 3}"], {}),
    (["run-operation"], {"macro": "op"}),
    (["run-operation", "bad"], {}),
    (["run-operation", "nope"], {}),
    (["debug"], {}),
    (["deps"], {}),
    (["clone"], {"state": "target"}),
    (["run"], {"select": ["nothing"]}),
    (["rnu"], {}),
    (["run", "--no-such"], {}),
    ([], {}),
    (["--help"], {}),
    (["--version"], {}),
    (["run", "--target", "nope"], {}),
    (["run", "--project-dir", "nowhere"], {}),
    (["run", "--profiles-dir", "nowhere"], {}),
    (["run", "--vars", "[oops"], {}),
    (["run", "--selector", "nope"], {}),
    (["run", "--select", "bogus:x"], {}),
    (["clean"], {}),
    (["retry"], {}),
]


def fields(value: Any) -> list[str]:
    """The fields that are shown, in their order."""
    return [field.name for field in dataclasses.fields(value) if field.repr]


def ancestors(value: BaseException) -> list[str]:
    """dbt's and Python's classes of an exception."""
    own = ("GristmillError", "DbtBaseException", "object")
    return [kind.__name__ for kind in type(value).__mro__ if kind.__name__ not in own]


def of_node(node: Any) -> dict[str, Any]:
    """What programs ask of a node."""
    told = {"type": type(node).__name__, "kind": repr(node.resource_type)}
    if hasattr(node, "unique_id"):
        asked = ["unique_id", "name", "package_name", "search_name"]
        # SQL of the command line stands in no file; dbt makes up a path for it.
        if told["type"] != "SqlNode":
            asked += ["original_file_path", "fqn", "depends_on_nodes", "file_id"]
        told |= {name: getattr(node, name) for name in asked}
        told |= {"compiled": " ".join((getattr(node, "compiled_code", None) or "").split())}
        told |= {name: getattr(node, name) for name in ("is_refable", "is_relational", "is_versioned")}
        told |= {name: getattr(node, name, None) for name in ("tags", "meta")}
        told["config"] = type(node.config).__name__
        if hasattr(node.config, "materialized"):
            config = node.config
            told["is_ephemeral"] = node.is_ephemeral
            told["materialized"] = [config.materialized, config["materialized"], config.get("materialized")]
    return told


def of_result(entry: Any) -> dict[str, Any]:
    """How one node ended."""
    told: dict[str, Any] = {
        "type": type(entry).__name__,
        "fields": fields(entry),
        "dict": sorted(entry.to_dict()),
        "status": repr(entry.status),
        "failures": entry.failures,
        "timing": [[type(step).__name__, step.name, type(step.started_at).__name__] for step in entry.timing],
    }
    if hasattr(entry, "node"):
        told |= {"node": of_node(entry.node), "skipped": entry.skipped}
    if hasattr(entry, "age"):
        told["ages"] = [type(entry.max_loaded_at).__name__, str(entry.max_loaded_at), type(entry.age).__name__]
    table = getattr(entry, "agate_table", None)
    # dbt has the rows of a seed here as well; they are in the file.
    if table is not None and told["node"]["type"] != "SeedNode":
        told["table"] = [list(table.column_names), [list(map(repr, row)) for row in table.rows]]
    return told


def of_outcome(outcome: Any) -> dict[str, Any]:
    """What an invocation gave."""
    told: dict[str, Any] = {"success": outcome.success}
    if outcome.exception is not None:
        told["exception"] = ancestors(outcome.exception)
    result = outcome.result
    if result is None or isinstance(result, (bool, list)):
        return told | {"result": result}
    told["type"] = type(result).__name__
    if hasattr(result, "nodes"):
        sections = ["nodes", "sources"]
        if told["type"] == "Manifest":
            sections += ["exposures", "parent_map", "child_map"]
            told["nodes"] = {key: of_node(node) for key, node in sorted(result.nodes.items())}
            told["written"] = type(result.writable_manifest()).__name__
        return told | {f"ids of {name}": sorted(getattr(result, name)) for name in sections}
    told["fields"] = sorted(fields(result))
    told["results"] = sorted((of_result(entry) for entry in result.results), key=json.dumps)
    return told


def main() -> None:
    """Run every command in a folder of its own."""
    root = Path(sys.argv[1])
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    os.chdir(root)
    if "gristmill" in sys.argv[2:]:
        import gristmill.dbt

        gristmill.dbt.install()
    from dbt.cli.main import dbtRunner  # pyright: ignore[reportMissingImports]

    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    told: dict[str, Any] = {}
    for words, flags in COMMANDS:
        told[f"{' '.join(words)} {json.dumps(flags)}"] = of_outcome(dbtRunner().invoke(list(words), **flags))
    dbtRunner().invoke(["build"])
    for what, text in BROKEN.items():
        Path("models/broken.sql").write_text(text, "utf-8")
        for command in ("run", "compile"):
            told[f"{command} a model with broken {what}"] = of_outcome(dbtRunner().invoke([command], select=["broken"]))
    Path("models/broken.sql").unlink()
    Path("models/broken.yml").write_text("models: [{name: \n", "utf-8")
    told["broken YAML"] = of_outcome(dbtRunner().invoke(["parse"]))
    Path("models/broken.yml").unlink()

    def fails(event: Any) -> None:
        # Of a node's thread, dbt waits forever.
        if event.info.name == "MainReportVersion":
            raise LookupError(event.info.name)

    told["a callback that raises"] = of_outcome(
        dbtRunner(callbacks=[fails]).invoke(["run"], select=["orders"], threads=1)
    )
    Path("dbt_project.yml").write_text("name: [", "utf-8")
    told["broken project file"] = of_outcome(dbtRunner().invoke(["parse"]))
    json.dump(told, answers, indent=1, sort_keys=True)
    answers.write("\n")
    answers.close()


if __name__ == "__main__":
    main()
