"""`gristmill pipeline NAME info` and `trace`: what a pipeline remembers, and how its last run went."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gristmill import typed_json
from gristmill.commands import packages
from gristmill.pipeline.drop import tables_by_resource

if TYPE_CHECKING:
    from gristmill.commands.terminal import Terminal
    from gristmill.pipeline import Pipeline
    from gristmill.schema import Schema

State = dict[str, Any]


def info(pipeline: Pipeline, terminal: Terminal) -> None:
    """Print the state, the resources of each schema, and what the working directory holds."""
    state = pipeline.state
    terminal.say("Synchronized state:")
    _values(state, terminal)
    sources = cast("State", state.get("sources") or {})
    if sources:
        terminal.say()
        terminal.say(terminal.styled("sources:", "green"))
        if terminal.verbosity:
            terminal.say(json.dumps(sources, indent=2, ensure_ascii=False, default=typed_json.plain))
        else:
            terminal.say("Add -v option to see sources state. Note that it could be large.")
    terminal.say()
    terminal.say("Local state:")
    _values(state["_local"], terminal)
    around = state["_local"].get("last_run_context") or {}
    for name in ("uri", "run_dir"):
        # dlt tells the address; a folder that was noted without one is told as it is.
        if name in around:
            _value(f"last_run_context['{name}']", around[name], terminal)
            break
    terminal.say()
    if pipeline.default_schema_name is None:
        terminal.warn("This pipeline does not have a default schema")
    schemas = pipeline.schemas
    for name, schema in schemas.items():
        source_state = next(iter(sources.values()), {}) if len(schemas) == 1 else sources.get(name, {})
        _resources(schema, cast("State", source_state), terminal)
    terminal.say()
    terminal.say("Working dir content:")
    packages.working_dir_content(pipeline, terminal)
    trace = pipeline.last_trace
    if trace is None or not trace.steps:
        terminal.say("Pipeline does not have last run trace.")
        if (Path(pipeline.working_dir) / "trace.pickle").exists():
            terminal.say("dlt left one, as a pickle, which gristmill does not open: reading one can run code.")
        return
    command = terminal.bold(f"gristmill pipeline {pipeline.pipeline_name} trace")
    terminal.say(f"Pipeline has last run trace. Use '{command}' to inspect")


def trace(pipeline: Pipeline, terminal: Terminal) -> None:
    """Print the steps of the last run."""
    last = pipeline.last_trace
    if last is None or not last.steps:
        terminal.warn("Pipeline does not have last run trace.")
        return
    terminal.say(last.asstr(terminal.verbosity))


def _values(state: State, terminal: Terminal) -> None:
    for key, value in state.items():
        if not isinstance(value, dict):
            _value(key, value, terminal)


def _value(key: str, value: Any, terminal: Terminal) -> None:
    terminal.say(f"{terminal.styled(key, 'green')}: {value}")


def _resources(schema: Schema, source_state: State, terminal: Terminal) -> None:
    terminal.say(f"Resources in schema: {terminal.bold(schema.name)}")
    kept = cast("State", source_state.get("resources") or {})
    for resource, tables in tables_by_resource(schema).items():
        slots = len(kept.get(resource) or {})
        counts = f"with {terminal.bold(len(tables))} table(s) and {terminal.bold(slots)} resource state slot(s)"
        terminal.say(f"{terminal.bold(resource)} {counts}")
        if terminal.verbosity:
            for table in tables:
                terminal.say(f"\t{_table(table, terminal)}")


def _table(table: State, terminal: Terminal) -> str:
    columns = cast("dict[str, State]", table["columns"])
    seen = (table.get("x-normalizer") or {}).get("seen-data")
    text = terminal.styled("received data", "green") if seen else terminal.styled("not yet received data", "yellow")
    incomplete = sum(1 for column in columns.values() if not column.get("data_type"))
    more = " " + terminal.styled(f"{incomplete} incomplete column(s)", "yellow") if incomplete else ""
    return f"{terminal.bold(table['name'])} table {terminal.bold(len(columns))} column(s) {text}{more}"
