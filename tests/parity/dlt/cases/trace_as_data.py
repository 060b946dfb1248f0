"""What a run told, loaded as data: `load_info`, `last_trace` and what is in them."""

from __future__ import annotations

import os

import duckdb

# Packages of dlt have a job for each file and each statement, those of gristmill one for each table.
COUNTED_OTHERWISE = ("jobs", "job_metrics")
# dlt tells the hints of the pipeline's own state, and the statements that follow a job.
ONLY_DLT = ("followup_jobs", "original_columns", "columns", "file_format", "config_type_name", "provider_location")


def run(dlt, tmp):
    os.environ["SOURCES__LIMIT"] = "2"
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(write_disposition="merge", primary_key="id")
    def rows(limit: int = dlt.config.value):
        yield [{"id": n, "tags": ["a"]} for n in range(limit)]

    info = pipeline.run(rows())
    trace = pipeline.last_trace
    meta = dlt.pipeline("told", destination="duckdb", dataset_name="told_of")
    meta.run([info], table_name="_load_info")
    meta.run([trace], table_name="_trace")
    meta.run([trace.last_normalize_info], table_name="_normalize")
    meta.run([trace.last_extract_info], table_name="_extract")
    meta.run(info.load_packages, table_name="_packages")
    meta.run([info.asdict()], table_name="_load_info")
    with duckdb.connect("told.duckdb") as connection:
        found = {
            name: (
                connection.execute(
                    "select column_name, data_type from duckdb_columns() where table_name = ? order by all", [name]
                ).fetchall(),
                connection.execute(f'select count(*) from told_of."{name}"').fetchone(),
            )
            for (name,) in connection.execute("select table_name from duckdb_tables() order by 1").fetchall()
            if not name.startswith("_dlt") and not name.endswith(ONLY_DLT)
        }
        settings = connection.execute(
            "select key, is_secret_hint, provider_name from told_of._trace__resolved_config_values where key = 'limit'"
        ).fetchall()
    for path in tmp.glob("told.duckdb*"):
        path.unlink()
    return [
        {
            name: [
                [list(column) for column in columns if column[0] not in ONLY_DLT],
                "some" if name.endswith(COUNTED_OTHERWISE) else count,
            ]
            for name, (columns, count) in found.items()
            if "resolved_config" not in name
        },
        settings[:1],
    ]
