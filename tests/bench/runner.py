"""What reading a project costs: CPU seconds of `parse`, by gristmill and by dbt, on the same generated projects.

    python -m tests.bench parse [--models 1000 5000] [--dbt <path of dbt>]

Each project has models in layers, two tests for each model, and macros that a tenth of the models call. Every run is
cold: the folder holds no artifacts of an earlier one.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

MODELS_A_FOLDER = 50
MACROS = 40
# Every tenth model calls a macro, so that it cannot be read from its text alone.
MODELS_A_MACRO_CALL = 10


@dataclass(frozen=True)
class Cost:
    """What one command took."""

    cpu: float
    wall: float


def generate(folder: Path, models: int) -> None:
    """Writes a project of so many models."""
    (folder / "macros").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(
        "name: bench\nversion: '1.0'\nprofile: bench\nmodels:\n  bench:\n    +tags: [generated]\n"
    )
    (folder / "profiles.yml").write_text(
        "bench:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: bench.duckdb}\n"
    )
    for number in range(MACROS):
        (folder / "macros" / f"shaped_{number}.sql").write_text(macro(number))
    for start in range(0, models, MODELS_A_FOLDER):
        below = folder / "models" / f"area_{start // MODELS_A_FOLDER}"
        below.mkdir(parents=True)
        numbers = range(start, min(start + MODELS_A_FOLDER, models))
        for number in numbers:
            (below / f"model_{number}.sql").write_text(model(number))
        (below / "schema.yml").write_text("models:\n" + "".join(properties(number) for number in numbers))


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
    """A model that reads up to two earlier ones."""
    config = "{{ config(materialized='table') }}\n\n" if number % 3 == 0 else ""
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


def measured(command: list[str], project: Path) -> Cost:
    """Runs a command in a fresh copy of a project."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "bench"
        shutil.copytree(project, copy)
        environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "PYTHONPATH": python_path()}
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        flags = ["--project-dir", str(copy), "--profiles-dir", str(copy)]
        run = subprocess.run([*command, *flags], cwd=copy, env=environment, capture_output=True, text=True, check=False)
        wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
        if run.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{run.stdout}{run.stderr}")
        return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def python_path() -> str:
    """Where this process finds gristmill, so that the command runs the same."""
    return os.pathsep.join(path for path in sys.path if path)


def main(arguments: list[str] | None = None) -> int:
    """Prints a table: a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, nargs="+", default=[1000, 5000])
    parser.add_argument("--dbt", default="dbt", help="the dbt to compare with; an empty text leaves it out")
    parser.add_argument("--runs", type=int, default=3, help="of gristmill: the best counts; dbt runs once")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the generated projects")
    options = parser.parse_args(arguments)
    line = "{:>8}  {:>14}  {:>14}  {:>10}  {:>10}\n"
    sys.stdout.write(line.format("models", "gristmill cpu", "wall", "dbt cpu", "ratio"))
    with tempfile.TemporaryDirectory() as scratch:
        for models in options.models:
            project = (options.keep or Path(scratch)) / f"bench_{models}"
            if not project.exists():
                generate(project, models)
            own = min(
                (measured([sys.executable, "-m", "gristmill", "parse"], project) for _ in range(options.runs)),
                key=lambda cost: cost.cpu,
            )
            theirs = ratio = ""
            if options.dbt:
                cost = measured([options.dbt, "--quiet", "parse", "--no-partial-parse"], project)
                theirs, ratio = f"{cost.cpu:.2f} s", f"{cost.cpu / own.cpu:.0f} x"
            sys.stdout.write(line.format(models, f"{own.cpu:.3f} s", f"{own.wall:.3f} s", theirs, ratio))
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
