"""`gristmill pipeline NAME sync`: forget what is kept here, and take what the destination holds."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from gristmill.commands.terminal import CommandError

if TYPE_CHECKING:
    from gristmill.commands.terminal import Terminal
    from gristmill.pipeline import Pipeline


def sync(pipeline: Pipeline, terminal: Terminal) -> int:
    """Drop the working directory's content and restore it."""
    waiting = len(pipeline.list_normalized_load_packages())
    if waiting:
        terminal.warn(f"{waiting} package(s) that wait to be loaded will be thrown away")
    question = (
        "About to drop the local state of the pipeline and reset all the schemas. "
        "The destination state, data and schemas are left intact. Proceed?"
    )
    if not terminal.confirm(question):
        return 0
    place, dataset = pipeline.destination, pipeline.dataset_name
    if place is None:
        message = f"pipeline `{pipeline.pipeline_name}` has no destination to restore from"
        raise CommandError(message)
    if place.may_exist(pipeline.pipeline_name, pipeline.working_dir):
        # Opened before anything is forgotten: a destination that is down leaves all as it is.
        with pipeline._connected("sync"):
            pass
    terminal.say("Dropping local state")
    pipeline = pipeline.drop()
    terminal.say("Restoring from destination")
    pipeline.sync_destination(destination=place, dataset_name=dataset)
    if pipeline.first_run:
        shutil.rmtree(pipeline.working_dir)
        where = f"dataset `{dataset}` at `{place.destination_name}`"
        terminal.warn(f"{where} does not know pipeline `{pipeline.pipeline_name}`: its next run begins anew")
    return 0
