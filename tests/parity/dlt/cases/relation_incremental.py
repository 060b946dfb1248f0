"""An incremental that bounds a relation within a resource: from where to where each run reads, and what it remembers."""

from __future__ import annotations


def run(dlt, tmp):
    incremental = dlt.sources.incremental
    rows = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    copies = dlt.pipeline("copies", destination="duckdb", dataset_name="data")
    rows.run([{"id": n} for n in range(1, 8)], table_name="rows")
    data = rows.dataset()
    seen = []

    def copied(name, advance=True, limit=None, **settings):
        @dlt.resource(name=name, write_disposition="append")
        def resource(at=incremental("id", initial_value=2, **settings)):
            found = data["rows"] if limit is None else data["rows"].limit(limit)
            found = found.incremental(at, advance=advance).select("id")
            seen.append([name, found.is_incremental, at.start_value, at.last_value])
            yield found.df()

        return resource

    resources = [
        copied("plain"),
        copied("unique", primary_key="id"),
        copied("not_advanced", advance=False),
        copied("closed", range_end="closed"),
        copied("behind", range_start="open"),
        copied("ended", end_value=5),
        copied("lagged", lag=2, primary_key="id"),
    ]
    for run in (8, 9):
        copies.run(resources)
        rows.run([{"id": run}], table_name="rows")
    try:
        copies.run(copied("limited", limit=3))
    except Exception as error:
        seen.append([type(error).__name__, getattr(error, "step", None)])
    return [seen, copies.state["sources"]]
