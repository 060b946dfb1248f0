"""`gristmill schema FILE` and `gristmill pipeline NAME schema`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill.commands.schema_text import in_format
from gristmill.commands.terminal import CommandError
from gristmill.schema import Schema

if TYPE_CHECKING:
    from gristmill.commands.terminal import Terminal
    from gristmill.pipeline import Pipeline


def run(request: dict[str, Any], terminal: Terminal) -> int:
    """Read a schema, check it, and print it."""
    file = request["file"]
    try:
        schema = Schema.from_file(file)
    except FileNotFoundError:
        message = f"there is no file `{file}`"
        raise CommandError(message, exit_code=2) from None
    terminal.say(in_format(schema, request["format"]))
    return 0


def of_pipeline(pipeline: Pipeline, format_: str, terminal: Terminal) -> None:
    """Print the default schema."""
    if pipeline.default_schema_name is None:
        terminal.warn("Pipeline does not have a default schema")
        return
    terminal.say(f"Found schema with name {terminal.bold(pipeline.default_schema_name)}")
    terminal.say(in_format(pipeline.default_schema, format_))
