"""Projects of any size and of several shapes, for the measures of the runner and its comparison with dbt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

MODELS_A_FOLDER = 50
MACROS = 40
# Every tenth model calls a macro, so that it cannot be read from its text alone.
MODELS_A_MACRO_CALL = 10
COLUMNS_TESTED = 25
PROJECT = "name: bench\nversion: '1.0'\nprofile: bench\nmodels:\n  bench:\n    +tags: [generated]\n"


def generate(folder: Path, shape: str, size: int, threads: int = 4) -> None:
    """Write a project of a shape: so many models, or so many tests."""
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(PROJECT, "utf-8")
    output = f"{{type: duckdb, path: warehouse.duckdb, threads: {threads}}}"
    (folder / "profiles.yml").write_text(f"bench:\n  target: dev\n  outputs:\n    dev: {output}\n", "utf-8")
    SHAPES[shape](folder, size)


def layered(folder: Path, models: int) -> None:
    """Models in layers of fifty, each over two earlier ones, with two tests each and macros that a tenth of them call."""
    (folder / "macros").mkdir()
    for number in range(MACROS):
        (folder / "macros" / f"shaped_{number}.sql").write_text(macro(number), "utf-8")
    for start in range(0, models, MODELS_A_FOLDER):
        below = folder / "models" / f"area_{start // MODELS_A_FOLDER}"
        below.mkdir()
        numbers = range(start, min(start + MODELS_A_FOLDER, models))
        for number in numbers:
            (below / f"model_{number}.sql").write_text(model(number), "utf-8")
        (below / "schema.yml").write_text("models:\n" + "".join(properties(number) for number in numbers), "utf-8")


def macro(number: int) -> str:
    """A macro with a loop and a condition."""
    return (
        f"{{% macro shaped_{number}(column, parts=3) %}}\n"
        "  {%- for part in range(parts) -%}\n"
        "    {{ column }} + {{ part }}{% if not loop.last %}, {% endif %}\n"
        "  {%- endfor -%}\n"
        "{% endmacro %}\n"
    )


def model(number: int) -> str:
    """A model that reads two earlier ones; the last layers are tables, so that no view is made of all that came before."""
    table = number % 3 == 0 or (number // MODELS_A_FOLDER) % 4 == 3
    config = "{{ config(materialized='table') }}\n\n" if table else ""
    if number < MODELS_A_FOLDER:
        return f"{config}select {number} as id, 'name {number}' as name, {number}.5 as amount\n"
    first, second = number - MODELS_A_FOLDER, number // 2
    called = number % MODELS_A_MACRO_CALL == 0
    extra = f",\n    {{{{ shaped_{number % MACROS}('a.amount', 1) }}}} as shaped" if called else ""
    return (
        f"{config}with first_input as (\n    select * from {{{{ ref('model_{first}') }}}}\n),\n\n"
        f"second_input as (\n    select * from {{{{ ref('model_{second}') }}}}\n)\n\n"
        f"select\n    a.id,\n    a.name,\n    coalesce(b.amount, 0) as amount{extra}\n"
        "from first_input as a\nleft join second_input as b on a.id = b.id\n"
    )


def properties(number: int) -> str:
    """What schema.yml says about a model."""
    return (
        f"  - name: model_{number}\n    description: Model number {number}\n    columns:\n"
        "      - name: id\n        description: The key\n        data_tests: [unique, not_null]\n"
    )


def deep(folder: Path, models: int) -> None:
    """A chain: each model over the one before."""
    for number in range(models):
        source = "(select 0 as id)" if number == 0 else f"{{{{ ref('model_{number - 1}') }}}}"
        text = f"{{{{ config(materialized='table') }}}}\nselect id + 1 as id from {source}\n"
        (folder / "models" / f"model_{number}.sql").write_text(text, "utf-8")


def wide(folder: Path, models: int) -> None:
    """Many models over one source."""
    hook = "create table if not exists events as select range as id from range(100)"
    (folder / "dbt_project.yml").write_text(f'{PROJECT}on-run-start: ["{hook}"]\n', "utf-8")
    (folder / "models" / "sources.yml").write_text(
        "sources: [{name: raw, schema: main, tables: [{name: events}]}]\n", "utf-8"
    )
    for number in range(models):
        text = f"select id, id % {number + 1} as part from {{{{ source('raw', 'events') }}}}\n"
        (folder / "models" / f"model_{number}.sql").write_text(text, "utf-8")


def tested(folder: Path, tests: int) -> None:
    """Few models with many tests: four of each column."""
    names = [f"c{number}" for number in range(COLUMNS_TESTED)]
    models = -(-tests // (4 * COLUMNS_TESTED))
    for number in range(models):
        columns = ", ".join(f"range + {index} as {name}" for index, name in enumerate(names))
        text = f"{{{{ config(materialized='table') }}}}\nselect {columns} from range(20)\n"
        (folder / "models" / f"model_{number}.sql").write_text(text, "utf-8")
        lines = [f"models:\n  - name: model_{number}\n    columns:\n"]
        for index, name in enumerate(names):
            values = list(range(index, index + 20))
            other = f"ref('model_{(number + 1) % models}')"
            lines.append(
                f"      - name: {name}\n        data_tests:\n          - unique\n          - not_null\n"
                f"          - accepted_values: {{arguments: {{values: {values}}}}}\n"
                f"          - relationships: {{arguments: {{to: {other}, field: {name}}}}}\n"
            )
        (folder / "models" / f"model_{number}.yml").write_text("".join(lines), "utf-8")


SHAPES: dict[str, Callable[[Path, int], None]] = {"layered": layered, "deep": deep, "wide": wide, "tested": tested}
