"""`gristmill pipeline NAME drop`: tell what would go, ask, and drop it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gristmill.commands.terminal import CommandError
from gristmill.pipeline.drop import Drop

if TYPE_CHECKING:
    from gristmill.commands.terminal import Terminal
    from gristmill.pipeline import Pipeline


def drop(pipeline: Pipeline, asked: dict[str, Any], terminal: Terminal) -> None:
    """Drop tables and reset state, after consent."""
    if not pipeline.has_pending_data and pipeline.destination is not None:
        pipeline.sync_destination()
    try:
        plan = Drop.of(
            pipeline,
            asked["resources"],
            schema_name=asked["schema_name"],
            state_paths=asked["state_paths"],
            drop_all=asked["drop_all"],
            state_only=asked["state_only"],
        )
    except ValueError as error:
        raise CommandError(str(error), exit_code=2) from error
    if plan.is_empty:
        terminal.say("Could not select any resources to drop and no resource/source state to reset.")
        terminal.say(f"To inspect the pipeline: gristmill pipeline {pipeline.pipeline_name} info -v")
        for warning in plan.warnings:
            terminal.warn(warning)
        return
    _warn_of_folder(pipeline, terminal)
    place = pipeline._required_destination("drop")
    where = f"dataset {terminal.bold(pipeline.dataset_name)} in destination {terminal.bold(place.destination_name)}"
    terminal.say(f"About to drop the following data in {where}:")
    for what, found in (
        ("Selected schema", plan.schema.name),
        ("Selected resource(s)", plan.resources),
        ("Table(s) to drop", plan.tables),
        ("\twith data in destination", plan.tables_with_data),
        ("Resource(s) state to reset", plan.resource_states),
        ("Source state path(s) to reset", plan.state_paths),
    ):
        terminal.say(f"{terminal.styled(what, 'green')}: {found}")
    for warning in plan.warnings:
        terminal.warn(warning)
    if terminal.confirm("Do you want to apply these changes?"):
        plan.apply()
        terminal.say("Done.")


def _warn_of_folder(pipeline: Pipeline, terminal: Terminal) -> None:
    run_dir = (pipeline.state["_local"].get("last_run_context") or {}).get("run_dir")
    if run_dir and Path(run_dir) != Path.cwd():
        terminal.warn(
            f"the pipeline ran in {run_dir}, where its configuration and credentials are; run this command there, "
            "or set them in the environment"
        )
