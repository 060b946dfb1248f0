"""`gristmill pipeline NAME OPERATION`: look at a pipeline, and maintain it."""

from __future__ import annotations

import datetime as dt
import difflib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gristmill.commands.terminal import CommandError, Terminal
from gristmill.configuration.workspace import data_dir
from gristmill.exceptions import CannotRestorePipelineException
from gristmill.load_info import duration_text
from gristmill.pipeline.working_dir import STATE_FILE, WorkingDir

if TYPE_CHECKING:
    from gristmill.pipeline import Pipeline

Request = dict[str, Any]
_NAMES_MAX = 20


def run(request: Request, terminal: Terminal) -> int:
    """Carry out what is asked."""
    folder = Path(request["pipelines_dir"] or data_dir() / "pipelines")
    if request["list_pipelines"]:
        list_pipelines(folder, terminal)
        return 0
    name = request["pipeline_name"]
    if name is None:
        message = "which pipeline?"
        hint = "`gristmill pipeline NAME info`; `gristmill pipeline --list-pipelines` tells the names"
        raise CommandError(message, hint=hint, exit_code=2)
    operation: Request = request["operation"] or {"name": "info"}
    if terminal.verbosity:
        terminal.say(f"Attaching to pipeline {terminal.bold(name)}")
    if WorkingDir(folder, name).exists():
        pipeline = attached(name, request["pipelines_dir"])
    elif operation["name"] in ("sync", "drop"):
        return _restored(request, operation, terminal)
    else:
        raise unknown(name, folder)
    terminal.say(f"Found pipeline {terminal.bold(name)} in {terminal.bold(pipeline.pipelines_dir)}")
    return carry_out(pipeline, operation, terminal)


def carry_out(pipeline: Pipeline, operation: Request, terminal: Terminal) -> int:
    """One operation on a pipeline that is there."""
    from gristmill.commands import drop, info, packages, schema_file, show, sync

    match operation["name"]:
        case "info":
            info.info(pipeline, terminal)
        case "trace":
            info.trace(pipeline, terminal)
        case "show":
            show.show(pipeline, terminal)
        case "schema":
            schema_file.of_pipeline(pipeline, operation["format"], terminal)
        case "failed-jobs":
            packages.failed_jobs(pipeline, terminal)
        case "load-package":
            packages.load_package(pipeline, operation, terminal)
        case "abort-packages" | "drop-pending-packages":
            packages.abort(pipeline, terminal)
        case "sync":
            return sync.sync(pipeline, terminal)
        case "drop":
            drop.drop(pipeline, operation, terminal)
        case name:
            message = f"`{name}` is no operation on a pipeline"
            raise CommandError(message, exit_code=2)
    return 0


def attached(name: str, pipelines_dir: str | None) -> Pipeline:
    """The pipeline of a working directory."""
    import gristmill

    return gristmill.attach(name, pipelines_dir=pipelines_dir)


def unknown(name: str, folder: Path) -> CommandError:
    """What to say of a pipeline that never ran here."""
    known = names_in(folder)
    message = f"there is no pipeline `{name}` in `{folder}`"
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        message += f"; did you mean `{close[0]}`?"
    if known:
        more = f" and {len(known) - _NAMES_MAX} more" if len(known) > _NAMES_MAX else ""
        message += f"\nthere: {', '.join(f'`{n}`' for n in known[:_NAMES_MAX])}{more}"
    else:
        message += ": no pipeline ran here yet"
    hint = (
        f"`gristmill pipeline {name} sync --destination duckdb --dataset-name {name}_dataset` "
        "restores one that ran elsewhere from its destination"
    )
    return CommandError(message, hint=hint, exit_code=2)


def names_in(folder: Path) -> list[str]:
    """The pipelines that left a working directory, the latest first."""
    if not folder.is_dir():
        return []
    found = [entry for entry in folder.iterdir() if (entry / STATE_FILE).is_file()]
    return [entry.name for entry in sorted(found, key=_last_used, reverse=True)]


def _last_used(working_dir: Path) -> float:
    # Each run ends with a new state or a new trace; the folder itself changes when anything is replaced in it.
    files = (working_dir, working_dir / STATE_FILE, working_dir / "trace.json", working_dir / "trace.pickle")
    return max(file.stat().st_mtime for file in files if file.exists())


def list_pipelines(folder: Path, terminal: Terminal) -> None:
    """Print the pipelines of a folder."""
    names = names_in(folder)
    if not names:
        terminal.say(f"No pipelines found in {terminal.bold(folder)}")
        return
    terminal.say(f"{len(names)} pipelines found in {terminal.bold(folder)}")
    now = dt.datetime.now(dt.UTC)
    for name in names:
        at = dt.datetime.fromtimestamp(_last_used(folder / name), dt.UTC)
        age = duration_text(dt.timedelta(seconds=max(int((now - at).total_seconds()), 0)))
        when = f"(last run: {age} ago ({at.astimezone():%Y-%m-%d %H:%M:%S}))"
        terminal.say(f"{terminal.styled(name, 'green')} {terminal.styled(when, 'cyan')}")


def _restored(request: Request, operation: Request, terminal: Terminal) -> int:
    """A pipeline without a working directory is restored from its destination first."""
    import gristmill

    name = request["pipeline_name"]
    terminal.warn(f"there is no working directory of pipeline `{name}` here")
    if not terminal.confirm("Do you want to attempt to restore the pipeline state from destination?"):
        return 0
    destination = operation.get("destination") or terminal.ask(f"Destination of pipeline {name}", "--destination")
    dataset = operation.get("dataset_name") or terminal.ask(f"Dataset of pipeline {name}", "--dataset-name")
    pipeline = gristmill.pipeline(name, request["pipelines_dir"], destination=destination, dataset_name=dataset)
    pipeline.sync_destination()
    if pipeline.first_run:
        shutil.rmtree(pipeline.working_dir)
        reason = f"dataset `{dataset}` at `{destination}` does not know it"
        raise CannotRestorePipelineException(name, pipeline.pipelines_dir, reason)
    terminal.say(f"Restored pipeline {terminal.bold(name)} from dataset {terminal.bold(dataset)}")
    return 0 if operation["name"] == "sync" else carry_out(pipeline, operation, terminal)
