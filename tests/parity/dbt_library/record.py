"""Record the names that dbt 1.11 with dbt-duckdb gives to templates: macros, methods, attributes, variables.

Run it with the Python of the peers:

    python tests/parity/dbt_library/record.py            # compare, exit 1 on a difference
    python tests/parity/dbt_library/record.py --write    # write the expectations

Only names, parameters and their defaults are recorded; no text of a macro is.
"""

from __future__ import annotations

import dataclasses
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import jinja2.nodes
from dbt.adapters.duckdb.column import DuckDBColumn
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt.adapters.duckdb.relation import DuckDBRelation
from dbt.cli.main import dbtRunner
from dbt.context import configured, docs, providers, secret, target
from dbt.contracts.graph.manifest import Manifest
from dbt.include import duckdb as duckdb_include
from dbt.include import global_project
from dbt_common.clients.jinja import extract_toplevel_blocks, get_environment

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "dbt_library"


def signatures(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The name of each macro below a folder, and its parameters as they are written: `name` or `name=default`."""
    for path in sorted(folder.rglob("*.sql")):
        blocks = extract_toplevel_blocks(
            path.read_text(), allowed_blocks={"macro", "materialization", "test"}, collect_raw_data=False
        )
        for block in blocks:
            parsed = get_environment(None, capture_macros=False).parse(block.full_block)
            for macro in parsed.find_all(jinja2.nodes.Macro):
                names = [argument.name for argument in macro.args]
                defaults = [shown(default) for default in macro.defaults]
                plain = len(names) - len(defaults)
                parameters = names[:plain] + [f"{n}={d}" for n, d in zip(names[plain:], defaults, strict=True)]
                yield macro.name.removeprefix("dbt_macro__"), parameters


def shown(default: jinja2.nodes.Expr) -> str:
    """A default in one spelling: `None`, a literal, or the kind of expression that it is."""
    try:
        return repr(default.as_const())
    except jinja2.nodes.Impossible:
        return type(default).__name__.lower()


def macros() -> list[str]:
    """The macros of dbt's own project and of dbt-duckdb: `package.name(parameters)`; of two of a name, the one that is found."""
    found: dict[str, str] = {}
    for package, module in (("dbt", global_project), ("dbt_duckdb", duckdb_include)):
        for name, parameters in signatures(Path(str(module.__file__)).resolve().parent):
            # The parameters of a materialization are those of its tag.
            shown = "" if name.startswith("materialization_") else ", ".join(parameters)
            found[name] = f"{package}.{name}({shown})"
    return sorted(found.values())


def asked() -> list[str]:
    """What each materialization asks for, directly or through others: `name: macro macro ...`."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "dbt_project.yml").write_text("name: empty\nprofile: empty\n")
        (project / "profiles.yml").write_text("empty: {target: a, outputs: {a: {type: duckdb}}}\n")
        done = dbtRunner().invoke(["--quiet", "parse", "--project-dir", folder, "--profiles-dir", folder])
        manifest = done.result
        assert isinstance(manifest, Manifest), done.exception
    known = {unique_id.split(".")[2] for unique_id in manifest.macros}
    lines: list[str] = []
    for name in sorted(name for name in known if name.startswith("materialization_")):
        unique_id = next(known for known in manifest.macros if known.endswith(f".{name}"))
        reached, waiting = set[str](), [unique_id]
        while waiting:
            for called in manifest.macros[waiting.pop()].depends_on.macros:
                if called not in reached:
                    reached.add(called)
                    waiting.append(called)
        names = {plain(unique_id.split(".")[2], known) for unique_id in reached}
        lines.append(f"{name}: {' '.join(sorted(names))}")
    return lines


def plain(name: str, known: set[str]) -> str:
    """The name by which a macro is dispatched, where there is one."""
    bare = name.removeprefix("default__").removeprefix("duckdb__")
    return bare if bare in known else name


CONTEXTS = {
    "profile": secret.SecretContext,
    "project": target.TargetContext,
    "properties": configured.SchemaYamlContext,
    "docs": docs.DocsRuntimeContext,
    "model": providers.ModelContext,
    "operation": providers.MacroContext,
}


def contexts() -> list[str]:
    """The names that each kind of file sees, without macros: `kind: name name ...`."""
    return [
        f"{kind}: {' '.join(sorted(name for name in context._context_members_ if not hidden(name)))}"
        for kind, context in CONTEXTS.items()
    ]


def hidden(name: str) -> bool:
    """What dbt keeps for itself in a context."""
    return name.startswith("_") or name == "context_macro_stack"


def objects() -> list[str]:
    """What templates may ask of `adapter`, of a relation and of a column: `kind: name name ...`."""
    fields = {"dict": {"to_dict", "from_dict", "to_msgpack", "from_msgpack", "json_schema", "validate", "Config"}}
    found = {"adapter": set(DuckDBAdapter._available_)}
    for kind, thing in (("relation", DuckDBRelation), ("column", DuckDBColumn)):
        names = {name for name in dir(thing) if not name.startswith("_")}
        found[kind] = (names | {field.name for field in dataclasses.fields(thing)}) - fields["dict"]
    return [f"{kind}: {' '.join(sorted(names))}" for kind, names in found.items()]


def main() -> int:
    """Compare or write each list."""
    lists = {"macros": macros(), "asked": asked(), "contexts": contexts(), "objects": objects()}
    different = 0
    for name, lines in lists.items():
        path = FOLDER / f"{name}.txt"
        text = "\n".join(lines) + "\n"
        if "--write" in sys.argv:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            print(f"{path.name} differs from what dbt has")
            different += 1
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
