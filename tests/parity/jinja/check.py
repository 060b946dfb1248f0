"""Render every case of tests/fixtures/jinja in dbt's own environment and compare.

Run it with a Python that has dbt-core 1.11:

    python tests/parity/jinja/check.py            # all cases
    python tests/parity/jinja/check.py slices     # cases whose name holds `slices`

A case that dbt renders must record the same text. A case whose record is an error of ours must fail in dbt too; the
words of the error are ours.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from dbt.clients.jinja import MacroGenerator, MacroStack
from dbt_common.clients.jinja import (
    BlockTag,
    extract_toplevel_blocks,
    get_template,
    render_template,
)
from dbt_common.exceptions.macros import MacroReturn
from dbt_common.utils.jinja import get_materialization_macro_name, get_test_macro_name

CASES = Path(__file__).resolve().parents[2] / "fixtures" / "jinja"


@dataclass
class Macro:
    """What dbt's generator needs of a parsed macro."""

    name: str
    macro_sql: str
    unique_id: str


def give_back(data: Any) -> NoReturn:
    """Stand in for `return`, which dbt's context defines the same way."""
    raise MacroReturn(data)


def macro_name(block: BlockTag) -> str:
    """Name a block's macro as dbt's parser does."""
    if block.block_type_name == "test":
        return get_test_macro_name(block.block_name, with_prefix=False)
    if block.block_type_name == "materialization":
        adapter = "duckdb" if "adapter='duckdb'" in block.full_block else None
        return get_materialization_macro_name(block.block_name, adapter, with_prefix=False)
    return block.block_name


def context_of(template: str) -> dict[str, Any]:
    """Build the names that a case sees: shared values, shared macros, its own macros."""
    context: dict[str, Any] = json.loads((CASES / "shared" / "context.json").read_text())
    context["return"] = give_back
    context["context"] = context
    stack = MacroStack()
    allowed = {"macro", "test", "data_test", "materialization"}
    for text in ((CASES / "shared" / "macros.sql").read_text(), template):
        for block in extract_toplevel_blocks(text, allowed_blocks=allowed, collect_raw_data=False):
            name = macro_name(block)
            macro = Macro(name, block.full_block, f"macro.test.{name}")
            context[name] = MacroGenerator(macro, context, None, stack)
    return context


def render(template: str, *, native: bool = False, lenient: bool = False) -> Any:
    """Render as dbt does at run time, in YAML (`native`) or while parsing (`lenient`)."""
    context = context_of(template)
    parsed = get_template(template, context, capture_macros=lenient, native=native)
    return render_template(parsed, context)


def compare(path: Path, show: Callable[[str], str]) -> str | None:
    """Say how a case differs from dbt; nothing when it agrees."""
    template, _, expected = path.read_text().partition("\n---\n")
    expected = expected.removesuffix("\n")
    fails = expected.startswith("error[")
    try:
        found = show(template)
    except Exception as error:
        reason = " ".join(str(error).split())
        return None if fails else f"dbt fails: {reason}\n  ours: {expected!r}"
    if fails:
        return f"dbt renders {found!r}\n  ours: {expected}"
    return None if found == expected else f"dbt:  {found!r}\n  ours: {expected!r}"


def main(wanted: list[str]) -> int:
    """Compare all cases and say how many agree."""
    ways: dict[str, Callable[[str], str]] = {
        ".": lambda template: str(render(template)),
        "native": lambda template: repr(render(template, native=True)),
        "lenient": lambda template: str(render(template, lenient=True)),
    }
    count = different = 0
    for folder, show in ways.items():
        for path in sorted((CASES / folder).glob("*.sql")):
            if wanted and not any(word in path.name for word in wanted):
                continue
            count += 1
            difference = compare(path, show)
            if difference:
                different += 1
                sys.stdout.write(f"{path.relative_to(CASES)}\n  {difference}\n")
    sys.stdout.write(f"{count} cases, {different} differ from dbt\n")
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
