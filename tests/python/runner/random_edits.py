"""A small project that is edited at random, to show that what is kept of a parse is never out of date.

    python -m tests.python.runner.random_edits --steps 5000 [--seed 7]

Before each parse something changes: a model, a macro, a properties file, a seed, the project or its profile, a package,
the variables, the environment, the target, or the kept file itself. Then the project is parsed with what is kept of
earlier parses, and from nothing; both must leave the same manifest, byte for byte, or the same error.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from gristmill.dbt import dbtRunner

KEPT = "gristmill_parsed.bin"
MODELS = 9
VARIABLES = ["v0", "v1", "on"]
ENVIRONMENT = ["EDITS_A", "EDITS_B"]
# What says which run it was.
OF_THE_RUN = re.compile(
    r'"(created_at|generated_at|invocation_id|invocation_started_at|run_started_at)":("[^"]*"|[0-9.e+]+)'
)

# `X` and `Y` become names of models, `N` a number.
MODEL_TEXTS = [
    "select N as id",
    "{{ config(materialized='table', tags=['tN']) }}\nselect * from {{ ref('X') }}",
    "select * from {{ ref('X') }} join {{ ref('Y') }} using (id)",
    "select * from {{ source('raw', 'tN') }}",
    "{{ config(materialized='incremental', unique_key='id') }} select 1 as id {% if is_incremental() %} where N {% endif %}",
    "select {{ var('v0', N) }} as v from {{ ref('X') }}",
    "{{ config(tags=[var('v1', 'none')], enabled=var('on', true)) }} select 1 as id",
    "{{ config(meta={'e': env_var('EDITS_A', 'unset'), 'n': N}) }} select 1",
    "select {{ shaped('id') }} from {{ ref('X') }}",
    "{{ config(alias=named('aN')) }} select 1",
    "{% if target.name == 'dev' %}select * from {{ ref('X') }}{% else %}select * from {{ ref('Y') }}{% endif %}",
    "{{ config(meta={'m': adapter.dispatch('chosen')()}) }} select 1",
    "{{ config(meta={'m': inner.greeting()}) }} select 1",
    "-- depends_on: {{ ref('X') }}\n{% if execute %}{{ run_query('select 1') }}{% endif %} select N as id",
    "{{ config(meta={'this': this ~ '', 'name': model.name, 'has': shaped is defined, 'flag': flags.WHICH}) }} select 1",
    "{{ config(meta=fromyaml('a: [1, N]')) }} select '{{ tojson({'a': N}) }}'",
    "{% set all = [] %}{% for x in ['X', 'Y'] %}{% do all.append(ref(x)) %}{% endfor %} select N as id",
    "select {{ N as id",
    "select * from {{ ref('nowhere') }}",
]
MACRO_TEXTS = {
    "shaped.sql": [
        "{% macro shaped(column) %}{{ column }} + N{% endmacro %}",
        "{% macro shaped(column) %}{{ config(tags=['shaped' ~ var('v0', N)]) }}{{ column }}{% endmacro %}",
        "{% macro shaped(column) %}{{ named(column) }}{% do ref('X') %}{% endmacro %}",
    ],
    "named.sql": [
        "{% macro named(name) %}{{ return(name ~ 'N') }}{% endmacro %}",
        "{% macro named(name) %}{{ return(name ~ env_var('EDITS_B', 'b')) }}{% endmacro %}",
    ],
    "chosen.sql": [
        "{% macro default__chosen() %}{{ return('default N') }}{% endmacro %}",
        (
            "{% macro duckdb__chosen() %}{{ return(target.name) }}{% endmacro %}"
            "{% macro default__chosen() %}{{ return('N') }}{% endmacro %}"
        ),
    ],
    "ref.sql": ["{% macro ref(name) %}{{ return(builtins.ref('X')) }}{% endmacro %}"],
    "generate_alias_name.sql": [
        "{% macro generate_alias_name(custom=none, node=none) %}{{ node.name }}_N{{ var('v1', '') }}{% endmacro %}"
    ],
    "generate_schema_name.sql": [
        "{% macro generate_schema_name(custom, node) %}{{ target.schema }}{{ custom or '' }}{% endmacro %}"
    ],
    "test_odd.sql": [
        "{% test odd(model, column_name, by=N) %}{{ config(severity='warn') }} select 1 from {{ model }}{% endtest %}"
    ],
}
ENTRIES = [
    "  - name: X\n    description: \"{{ doc('words') }} N\"\n",
    "  - name: X\n    config: {tags: ['pN'], enabled: \"{{ var('on', true) }}\"}\n",
    "  - name: X\n    columns: [{name: id, data_tests: [unique, not_null]}]\n",
    "  - name: X\n    columns: [{name: id, data_tests: [odd: {arguments: {by: N}}]}]\n",
    (
        "  - name: X\n    meta: {a: \"{{ env_var('EDITS_A', 'x') }}\", b: N, c: &c [1, 2.5, ~, yes, 2024-01-02]}\n"
        "    columns: [{name: id, data_tests: [accepted_values: {arguments: {values: *c}}]}]\n"
    ),
    "  - name: X\n    config: {schema: sN, materialized: \"{{ 'table' if target.name == 'dev' else 'view' }}\"}\n",
]
PROPERTIES = [
    "sources: [{name: raw, schema: \"{{ var('v1', 'raw') }}\", tables: [{name: t1}, {name: tN, columns: [{name: id, data_tests: [unique]}]}]}]\n",
    "exposures: [{name: board, type: dashboard, owner: {name: N}, depends_on: [ref('X')]}]\n",
    "groups: [{name: gN, owner: {name: o}}]\n",
    "unit_tests: [{name: uN, model: X, given: [], expect: {rows: [{id: N}]}}]\n",
    "macros: [{name: shaped, description: says N}]\n",
    "models: [{name: X, name: Y}]\n",
    "models: [{name: X\n",
]
PROJECTS = [
    "",
    "vars: {v0: N}\n",
    "vars: {shop: {v1: wN}, inner: {v0: 3}}\nmodels: {shop: {+tags: [all], deep: {+materialized: table}}}\n",
    "models: {shop: {+enabled: \"{{ target.name == 'dev' }}\"}}\n",
    "dispatch: [{macro_namespace: inner, search_order: [shop, inner]}]\non-run-start: [\"select {{ var('v0', N) }}\"]\n",
    "data_tests: {+severity: warn}\nquoting: {identifier: false}\nseeds: {shop: {+column_types: {a: varchar}}}\n",
]
KEEP_FOLDERS = ("models", "macros", "seeds", "snapshots", "dbt_packages")


@dataclass
class World:
    """The project on disk, and what the command line and the environment say."""

    root: Path
    random: Random
    variables: dict[str, object] = field(default_factory=dict[str, object])
    target: str = "dev"

    def path(self, *parts: str) -> Path:
        """A file of the project, whose folder is there."""
        path = self.root.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def text(self, pattern: str, below: int = MODELS) -> str:
        """A text with names of models below a number, and numbers, of this moment."""
        names = [f"m{self.random.randrange(below)}" for _ in "XY"]
        for letter, name in zip("XY", names, strict=True):
            pattern = re.sub(rf"\b{letter}\b", name, pattern)
        return re.sub(r"(?<![A-Z_])N(?![a-zA-Z_])", str(self.random.randrange(4)), pattern)

    def write(self, patterns: list[str], *parts: str, below: int = MODELS) -> str:
        """Write one of some texts to a file."""
        text = self.text(self.random.choice(patterns), below)
        self.path(*parts).write_text(text, "utf-8")
        return f"{'/'.join(parts)}: {text}"


def model(world: World) -> str:
    """A model is written anew, in one of two folders."""
    number = world.random.randrange(MODELS)
    name = f"m{number}.sql"
    folder = world.random.choice(["models", "models/deep"])
    if world.random.random() < 0.8:
        for other in ("models", "models/deep"):
            (world.root / other / name).unlink(missing_ok=True)
    # Models refer to those before them, so that they are seldom a circle.
    return world.write(MODEL_TEXTS if number else MODEL_TEXTS[:1], folder, name, below=max(number, 1))


def macro(world: World) -> str:
    """A macro appears, changes or goes."""
    name = world.random.choice(list(MACRO_TEXTS))
    path = world.path("macros", name)
    if path.exists() and world.random.random() < 0.5:
        path.unlink()
        return f"no {name}"
    return world.write(MACRO_TEXTS[name], "macros", name, below=1)


def properties(world: World) -> str:
    """A properties file changes or goes."""
    name = world.random.choice(["models/schema.yml", "models/deep/more.yaml", "models/other.yml"])
    path = world.path(name)
    if world.random.random() < 0.3:
        path.unlink(missing_ok=True)
        return f"no {name}"
    if world.random.random() < 0.4:
        return world.write(PROPERTIES, name)
    count = world.random.randrange(1, 4)
    return world.write(["models:\n" + "".join(world.random.choice(ENTRIES) for _ in range(count))], name)


def one_character(world: World) -> str:
    """A character of a file changes."""
    path = world.random.choice(own_files(world))
    text = path.read_text("utf-8")
    at = world.random.randrange(len(text) + 1)
    path.write_text(text[:at] + world.random.choice([" ", "1", "x", "\n", "'", ""]) + text[at + 1 :], "utf-8")
    return f"a character of {path.name}"


def moved(world: World) -> str:
    """A file gets another name, or another folder."""
    path = world.random.choice(own_files(world))
    to = path.with_name(world.random.choice(["m1", "m2", "new", path.stem]) + path.suffix)
    path.rename(to)
    return f"{path.name} is {to.name}"


def gone(world: World) -> str:
    """A file goes."""
    path = world.random.choice(own_files(world))
    path.unlink()
    return f"no {path.name}"


def back_again(world: World) -> str:
    """A file is written again as it is, or touched."""
    path = world.random.choice(own_files(world))
    path.write_bytes(path.read_bytes())
    os.utime(path, (1, 1))
    return f"{path.name} again"


def own_files(world: World) -> list[Path]:
    """What the edits have written."""
    return [path for folder in KEEP_FOLDERS for path in sorted((world.root / folder).rglob("*")) if path.is_file()] or [
        world.root / "dbt_project.yml"
    ]


def seed(world: World) -> str:
    """A seed changes."""
    return world.write(["a,b\nN,x\n", "a,b\nN,x\nN,y\n"], "seeds", world.random.choice(["s1.csv", "s2.csv"]))


def snapshot(world: World) -> str:
    """A snapshot of either form."""
    if world.random.random() < 0.5:
        config = "config(unique_key='id', strategy='check', check_cols=['a', var('v1', 'b')])"
        return world.write(
            [f"{{% snapshot kept %}}{{{{ {config} }}}} select N as id{{% endsnapshot %}}"], "snapshots/s.sql"
        )
    entry = "{name: held, relation: ref('X'), config: {unique_key: id, strategy: check, check_cols: all}}"
    return world.write([f"snapshots: [{entry}]\n"], "snapshots/s.yml")


def words(world: World) -> str:
    """A docs block changes."""
    return world.write(["{% docs words %}says N{% enddocs %}", "{% docs other %}N{% enddocs %}"], "models/words.md")


def project_file(world: World) -> str:
    """`dbt_project.yml` changes."""
    return world.write([f"name: shop\nversion: '1.0'\nprofile: shop\n{rest}" for rest in PROJECTS], "dbt_project.yml")


def profile(world: World) -> str:
    """The profile changes."""
    outputs = "{dev: {type: duckdb, path: shop.duckdb, schema: sN}, prod: {type: duckdb, path: shop.duckdb, schema: p}}"
    return world.write([f"shop: {{target: dev, outputs: {outputs}}}\n"], "profiles.yml")


def package(world: World) -> str:
    """A package comes, changes or goes."""
    folder = world.root / "dbt_packages" / "inner"
    if folder.exists() and world.random.random() < 0.3:
        shutil.rmtree(folder)
        return "no package"
    told = world.write(
        ["name: inner\nversion: '1.0'\n", "name: inner\nvars: {v0: N}\n"], str(folder / "dbt_project.yml")
    )
    greeting = "{% macro greeting() %}{{ return(var('v0', 'N')) }}{% endmacro %}"
    world.write([greeting], str(folder / "macros" / "greeting.sql"))
    world.write(MODEL_TEXTS, str(folder / "models" / "i1.sql"), below=1)
    return f"package {told}"


def ignored(world: World) -> str:
    """`.dbtignore` changes."""
    return world.write(["deep/\n", "m1.sql\n", ""], ".dbtignore")


def variables(world: World) -> str:
    """Variables of the command line."""
    name = world.random.choice(VARIABLES)
    world.variables.pop(name, None)
    if world.random.random() < 0.7:
        world.variables[name] = world.random.choice([True, False]) if name == "on" else world.random.randrange(3)
    return f"--vars {world.variables}"


def environment(world: World) -> str:
    """The environment."""
    name = world.random.choice(ENVIRONMENT)
    os.environ.pop(name, None)
    if world.random.random() < 0.7:
        os.environ[name] = str(world.random.randrange(3))
    return f"{name}={os.environ.get(name)}"


def target(world: World) -> str:
    """The target."""
    world.target = world.random.choice(["dev", "prod"])
    return f"--target {world.target}"


def damage(world: World) -> str:
    """What is kept is cut off, altered, or gone."""
    path = world.path("target", KEPT)
    if not path.exists():
        return "nothing to damage"
    held = bytearray(path.read_bytes() or b"?")
    at = world.random.randrange(len(held))
    match world.random.randrange(4):
        case 0:
            path.unlink()
        case 1:
            path.write_bytes(held[:at])
        case 2:
            held[at] ^= 1 << world.random.randrange(8)
            path.write_bytes(held)
        case _:
            path.write_bytes(b"")
    return "the kept file is damaged"


EDITS: list[Callable[[World], str]] = [
    model, model, model, model, macro, macro, properties, properties, properties, one_character, moved, gone, back_again,
    seed, snapshot, words, project_file, profile, package, ignored, variables, variables, environment, environment,
    target, damage,
]  # fmt: skip


def parsed(world: World, target_path: Path) -> str:
    """What a parse leaves: the manifest without what says which run it was, or the error."""
    manifest = target_path / "manifest.json"
    manifest.unlink(missing_ok=True)
    where = ["--project-dir", str(world.root), "--profiles-dir", str(world.root), "--target-path", str(target_path)]
    result = dbtRunner().invoke(["--quiet", "parse", *where, "--target", world.target, "--vars", str(world.variables)])
    text = manifest.read_text("utf-8") if manifest.exists() else ""
    return OF_THE_RUN.sub(r'"\1":0', text) + (f"\nerror: {result.exception}" if result.exception else "")


def begin(root: Path, seed_of_random: int) -> World:
    """The project before the first edit."""
    world = World(root, Random(seed_of_random))
    project_file(world)
    profile(world)
    for number in range(MODELS):
        texts = MODEL_TEXTS[:8] if number else MODEL_TEXTS[:1]
        world.write(texts, "models", f"m{number}.sql", below=max(number, 1))
    for name, texts in list(MACRO_TEXTS.items())[:3]:
        world.write(texts, "macros", name, below=1)
    world.write(
        ["sources: [{name: raw, tables: [{name: t0}, {name: t1}, {name: t2}, {name: t3}]}]\n"], "models/raw.yml"
    )
    return world


State = tuple[dict[Path, bytes], dict[str, object], str]


def files_of(world: World) -> dict[Path, bytes]:
    """Every file but what commands leave."""
    found = (path for path in world.root.rglob("*") if path.is_file() and "target" not in path.parts[-3:])
    return {path: path.read_bytes() for path in found}


def restore(world: World, state: State) -> None:
    """The project as it was."""
    files, world.variables, world.target = state
    for path in files_of(world).keys() - files.keys():
        path.unlink()
    for path, held in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(held)


@dataclass
class Walk:
    """What the steps came to."""

    whole: int = 0
    errors: int = 0
    different: list[str] = field(default_factory=list[str])


def walk(root: Path, steps: int, seed_of_random: int) -> Walk:
    """Edit and compare so many times; stops at the first difference."""
    before = {name: os.environ.get(name) for name in ENVIRONMENT}
    world, outcome = begin(root / "project", seed_of_random), Walk()
    state: State = files_of(world), {}, world.target
    told: list[str] = []
    try:
        for _ in range(steps):
            told += [world.random.choice(EDITS)(world) for _ in range(world.random.choice([1, 1, 2]))]
            fresh = root / "fresh"
            shutil.rmtree(fresh, ignore_errors=True)
            kept, anew = parsed(world, world.root / "target"), parsed(world, fresh)
            outcome.errors += "\nerror: " in anew
            outcome.whole += "\nerror: " not in anew
            if kept != anew:
                at = next((i for i, pair in enumerate(zip(kept, anew, strict=False)) if pair[0] != pair[1]), 0)
                outcome.different = [*told[-4:], kept[max(0, at - 80) : at + 120], anew[max(0, at - 80) : at + 120]]
                break
            # A project that stays broken shows little: mostly it goes back to what it was when it was whole.
            if "\nerror: " not in anew:
                state = files_of(world), dict(world.variables), world.target
            elif world.random.random() < 0.8:
                restore(world, state)
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ.update({name: value} if value is not None else {})
    return outcome


def main() -> int:
    """Walk until it is done, or something differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    # What the commands print is nothing to be shown: errors are a part of what is compared.
    shown = os.fdopen(os.dup(1), "w")
    for channel in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), channel)
    with tempfile.TemporaryDirectory() as scratch:
        outcome = walk(Path(scratch), options.steps, options.seed)
    shown.write(f"{outcome.whole} manifests and {outcome.errors} errors are the same\n")
    shown.writelines(f"{line}\n" for line in outcome.different)
    shown.close()
    return 1 if outcome.different else 0


if __name__ == "__main__":
    sys.exit(main())
