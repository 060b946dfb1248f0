"""The tables of a database as Arrow files, and back: `python -m ... DATABASE FOLDER` writes them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa


def finished(folder: Path) -> Iterator[tuple[str, Any]]:
    """The finished tables of a folder."""
    for path in sorted(folder.glob("*.arrow")):
        yield path.stem, pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def export(database: Path, folder: Path) -> None:
    """Write the tables of a database for `finished`."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute("select table_name from duckdb_tables() where schema_name = 'bench'").fetchall()
        for (name,) in names:
            table = connection.sql(f'select * from bench."{name}"').to_arrow_table()
            with pa.ipc.new_file(str(folder / f"{name}.arrow"), table.schema) as file:
                file.write_table(table, max_chunksize=122_880)


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
