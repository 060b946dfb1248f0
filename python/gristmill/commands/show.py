"""`gristmill pipeline NAME show`: the loaded tables in the terminal. dlt opens a dashboard in the browser here."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gristmill.commands.terminal import shown_path

if TYPE_CHECKING:
    from gristmill.commands.terminal import Terminal
    from gristmill.pipeline import Pipeline


def show(pipeline: Pipeline, terminal: Terminal) -> None:
    """Print each table with its rows and columns, and where the page of documents is."""
    place = pipeline._required_destination("show")
    where = place.displayable(pipeline.pipeline_name, pipeline.working_dir)
    terminal.say(f"Dataset {terminal.bold(pipeline.dataset_name)} in {terminal.bold(where)}")
    if place.may_exist(pipeline.pipeline_name, pipeline.working_dir):
        _tables(pipeline, terminal)
    else:
        terminal.say("The database is not there: nothing was loaded yet.")
    terminal.say()
    page = docs_page(Path.cwd())
    if page is None:
        terminal.say("There is no dashboard; in a folder with dbt_project.yml `gristmill docs generate` writes a page")
        terminal.say("of documents that opens in a browser without a server.")
    elif page.exists():
        terminal.say(f"There is no dashboard; models are documented in {terminal.bold(shown_path(page))}")
    else:
        terminal.say(f"There is no dashboard; `gristmill docs generate` writes {terminal.bold(shown_path(page))}")


def _tables(pipeline: Pipeline, terminal: Terminal) -> None:
    sql = (
        "select table_name, column_name, data_type from information_schema.columns "
        "where table_catalog = current_database() and table_schema = ? order by table_name, ordinal_position"
    )
    with pipeline.sql_client() as client:
        tables: dict[str, list[tuple[str, str]]] = {}
        for table, column, kind in client.execute_sql(sql, client.dataset_name) or ():
            tables.setdefault(table, []).append((column, kind))
        if not tables:
            terminal.say("The dataset is empty.")
        for table in sorted(tables, key=lambda name: (name.startswith("_dlt"), name)):
            counted: Any = client.execute_sql(f"select count(*) from {client.make_qualified_table_name(table)}")
            terminal.say()
            terminal.say(f"{terminal.bold(table)}: {counted[0][0]:,} row(s), {len(tables[table])} column(s)")
            if table.startswith("_dlt") and not terminal.verbosity:
                continue
            width = max(len(column) for column, _ in tables[table])
            for column, kind in tables[table]:
                terminal.say(f"  {column:<{width}}  {kind}")


def docs_page(folder: Path) -> Path | None:
    """Where the page of the nearest dbt project is, or will be."""
    project = next((at for at in (folder, *folder.parents) if (at / "dbt_project.yml").is_file()), None)
    if project is None:
        return None
    found = re.search(
        r"""(?m)^target-path:\s*["']?([^"'#\n]+?)["']?\s*$""", (project / "dbt_project.yml").read_text("utf-8")
    )
    target = os.environ.get("DBT_TARGET_PATH") or (found.group(1) if found else "target")
    return project / target / "index.html"
