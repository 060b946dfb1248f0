"""Packages of a pipeline: those that wait, those that were set aside, and those that the destination has.

A package that was loaded leaves the working directory; the trace tells of those of the last run, and `_dlt_loads` of all.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gristmill.commands.terminal import CommandError

if TYPE_CHECKING:
    from gristmill.commands.terminal import Terminal
    from gristmill.load_info import LoadPackageInfo
    from gristmill.pipeline import Pipeline

Dict = dict[str, Any]


def working_dir_content(pipeline: Pipeline, terminal: Terminal) -> None:
    """Tell which packages wait, were set aside, and were loaded last."""
    waiting = pipeline.list_normalized_load_packages()
    loaded = _last_loaded(pipeline)
    for names, what in (
        (waiting, "normalized packages ready to be loaded"),
        (list(_set_aside(pipeline)), "packages that could not be loaded and were set aside"),
        ([package.load_id for package in loaded], "completed load packages"),
    ):
        if names:
            terminal.say(f"Has {terminal.bold(len(names))} {what} with following load ids:")
            for name in names:
                terminal.say(name)
            terminal.say()
    if left := _left_by_dlt(pipeline):
        terminal.warn(
            f"{len(left)} package(s) wait that dlt made, and that only dlt can load: {', '.join(left)}\n"
            "run the pipeline with dlt once, or forget them with the operation `sync`"
        )


def failed_jobs(pipeline: Pipeline, terminal: Terminal) -> None:
    """Tell what could not be loaded, and why."""
    for load_id in [*(p.load_id for p in _last_loaded(pipeline)), *pipeline.list_normalized_load_packages()]:
        terminal.say(f"Checking failed jobs in load id '{terminal.bold(load_id)}'")
        terminal.say("No failed jobs found")
    for load_id, package in _set_aside(pipeline).items():
        terminal.say(f"Checking failed jobs in load id '{terminal.bold(load_id)}'")
        for table in _tables(package):
            terminal.say(f"JOB: {terminal.bold(table)}")
        terminal.say(f"PACKAGE path: {terminal.bold(package)}")
        terminal.say(terminal.styled(_reason(package), "red"))
        terminal.say()


def load_package(pipeline: Pipeline, asked: Dict, terminal: Terminal) -> None:
    """Show a package, or act on it."""
    load_id, action = asked["load_id"] or _latest(pipeline), asked["action"]
    if load_id is None:
        message = "there are no load packages of this pipeline"
        raise CommandError(message)
    if action == "row-counts":
        _row_counts(pipeline, load_id, terminal)
    elif action == "abort":
        abort(pipeline, terminal, load_id)
    elif action == "fail-job":
        message = "a package is loaded whole, in one transaction: no job of it can fail alone"
        hint = f"`gristmill pipeline {pipeline.pipeline_name} load-package {load_id} abort` throws the package away"
        raise CommandError(message, hint=hint)
    elif action == "job" and not asked["job"]:
        message = "which job?"
        raise CommandError(message, hint="`load-package LOAD_ID job PATTERN`", exit_code=2)
    else:
        _show(pipeline, load_id, asked["job"] if action == "job" else None, terminal)


def abort(pipeline: Pipeline, terminal: Terminal, load_id: str | None = None) -> None:
    """Throw away packages that wait, and go back to the state that the destination holds."""
    waiting = pipeline.list_normalized_load_packages()
    if not waiting:
        terminal.say("No pending packages found. Nothing to abort.")
        return
    if load_id is not None and load_id != waiting[0]:
        if load_id not in waiting:
            message = f"package `{load_id}` does not wait to be loaded"
            raise CommandError(message, hint=f"these wait: {', '.join(waiting)}")
        message = f"package `{waiting[0]}` waits before `{load_id}`, and its state must be loaded first"
        raise CommandError(message, hint="run the pipeline to load it, or abort from that one on")
    terminal.say("Normalized packages to delete:")
    for name in waiting:
        terminal.say(f"  * {name}")
    terminal.say("After aborting, state and schemas will be those that the destination holds.")
    if terminal.confirm("Proceed?"):
        with pipeline._locked():
            pipeline.drop_pending_packages()
            pipeline._forget_failed()
        terminal.say("Done. Packages aborted, local state and schemas restored to the point before them.")


def _show(pipeline: Pipeline, load_id: str, pattern: str | None, terminal: Terminal) -> None:
    for package in _last_loaded(pipeline):
        if package.load_id == load_id:
            _show_loaded(package, pattern, terminal)
            return
    waiting = {package["load_id"]: package for package in pipeline._pending()}
    if load_id in waiting:
        package = waiting[load_id]
        terminal.say(f"Package {terminal.bold(load_id)} found in {terminal.bold(package['path'])}")
        terminal.say("It is NORMALIZED and NOT YET LOADED to the destination.")
        if package["damage"]:
            terminal.warn(f"it is damaged: {package['damage']}")
        for table, rows in (package["rows"] or {}).items():
            if pattern is None or pattern in table:
                terminal.say(f"Job: {terminal.bold(table)}, {rows} row(s)")
        return
    if (path := _set_aside(pipeline).get(load_id)) is not None:
        terminal.say(f"Package {terminal.bold(load_id)} found in {terminal.bold(path)}")
        terminal.say("It could not be loaded and was set aside.")
        terminal.say(terminal.styled(_reason(path), "red"))
        return
    if (loaded := _loaded_at(pipeline, load_id)) is not None:
        terminal.say(f"Package {terminal.bold(load_id)} was LOADED at {loaded}; nothing of it is kept here.")
        _row_counts(pipeline, load_id, terminal)
        return
    message = f"package `{load_id}` is neither here nor in the destination"
    raise CommandError(message, hint=f"`gristmill pipeline {pipeline.pipeline_name} info` tells the packages")


def _show_loaded(package: LoadPackageInfo, pattern: str | None, terminal: Terminal) -> None:
    terminal.say(f"Package {terminal.bold(package.load_id)} found in the trace of the last run")
    jobs = [job for jobs in package.jobs.values() for job in jobs if pattern is None or pattern in job.job_id()]
    if pattern is None:
        changed = len(package.schema_update)
        state = f"in {package.state.upper()} state. It updated schema for {changed} tables"
        done = f"The package was LOADED at {package.completed_at}." if package.state == "loaded" else ""
        terminal.say(f"The package for schema {terminal.bold(package.schema_name)} is {state}. {done}".rstrip())
        terminal.say("Jobs details:")
    elif not jobs:
        terminal.say(f"No jobs matching '{pattern}' in package {terminal.bold(package.load_id)}")
    for job in jobs:
        terminal.say(f"Job: {terminal.bold(job.job_id())}, table: {job.table_name} in {job.state}. {job.rows} row(s).")
        if job.failed_message:
            terminal.say(terminal.styled(job.failed_message, "red"))
    if pattern is None and package.schema_update:
        if not terminal.verbosity:
            terminal.say("Add -v option to see schema update. Note that it could be large.")
            return
        terminal.say(terminal.bold("Schema update:"))
        for name, table in package.schema_update.items():
            for column, hints in table["columns"].items():
                terminal.say(f"  {name}.{column}: {hints.get('data_type')}")


def _row_counts(pipeline: Pipeline, load_id: str, terminal: Terminal) -> None:
    terminal.say(f"Row counts for load {terminal.bold(load_id)} in dataset {terminal.bold(pipeline.dataset_name)}:")
    loaded = _loaded_at(pipeline, load_id)
    if loaded is None:
        terminal.warn("Package is NOT completed: no entry in _dlt_loads for this load id.")
    else:
        terminal.say(f"Package is COMPLETED, loaded at {terminal.bold(loaded)}")
    total = tables = 0
    if not _database_exists(pipeline):
        # Opening it would make it.
        terminal.warn("The database is not there: nothing was loaded yet.")
        return
    with pipeline.sql_client() as client:
        for table in _tables_with(client, "_dlt_load_id"):
            name = client.make_qualified_table_name(table)
            rows = client.execute_sql(f"select count(*) from {name} where _dlt_load_id = ?", load_id)
            count = rows[0][0] if rows else 0
            terminal.say(f"  {terminal.bold(table)}: {count}")
            total, tables = total + count, tables + 1
    terminal.say(f"  {terminal.bold('total')}: {total} rows across {tables} tables")


def _tables_with(client: Any, column: str) -> list[str]:
    sql = (
        "select table_name from information_schema.columns "
        "where table_catalog = current_database() and table_schema = ? and column_name = ? order by 1"
    )
    return [row[0] for row in client.execute_sql(sql, client.dataset_name, column) or ()]


def _loaded_at(pipeline: Pipeline, load_id: str) -> Any:
    if not _database_exists(pipeline):
        return None
    with pipeline.sql_client() as client:
        if "_dlt_loads" not in _tables_with(client, "load_id"):
            return None
        name = client.make_qualified_table_name("_dlt_loads")
        rows = client.execute_sql(f"select inserted_at from {name} where load_id = ? and status = 0", load_id)
    return rows[0][0] if rows else None


def _database_exists(pipeline: Pipeline) -> bool:
    place = pipeline._required_destination("load-package")
    return place.may_exist(pipeline.pipeline_name, pipeline.working_dir)


def _latest(pipeline: Pipeline) -> str | None:
    waiting = pipeline.list_normalized_load_packages()
    found = waiting or [package.load_id for package in _last_loaded(pipeline)] or list(_set_aside(pipeline))
    return found[-1] if found else None


def _last_loaded(pipeline: Pipeline) -> list[LoadPackageInfo]:
    trace = pipeline.last_trace
    info = None if trace is None else trace.last_load_info
    return [] if info is None else [package for package in info.load_packages if package.state == "loaded"]


def _set_aside(pipeline: Pipeline) -> dict[str, Path]:
    folder = pipeline._dir.failed
    return {entry.name: entry for entry in sorted(folder.iterdir())} if folder.is_dir() else {}


def _reason(package: Path) -> str:
    try:
        about = json.loads((package / "error.json").read_bytes())
    except (OSError, ValueError):
        return "why is not known: its `error.json` cannot be read"
    return str(about.get("message") or about) + (f"\nhint: {about['hint']}" if about.get("hint") else "")


def _tables(package: Path) -> list[str]:
    try:
        about = json.loads((package / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return []
    return list(about.get("tables", ()))


def _left_by_dlt(pipeline: Pipeline) -> list[str]:
    # Where dlt keeps packages that are extracted, and those that are normalized too.
    folders = (
        Path(pipeline.working_dir) / "normalize" / "extracted",
        Path(pipeline.working_dir) / "load" / "normalized",
    )
    return sorted({entry.name for folder in folders if folder.is_dir() for entry in folder.iterdir() if entry.is_dir()})
