"""A function of one's own over the last value of each kind."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def by_type(events):
        last = None
        if len(events) == 1:
            (event,) = events
        else:
            event, last = events
        last = dict(last) if last is not None else {}
        kind = event.get("type")
        if kind is not None:
            last[kind] = max(event["at"], last.get(kind, 0))
        else:
            last = {**event, **last}
        return last

    @dlt.resource(primary_key="id")
    def events(items, at=dlt.sources.incremental("$", last_value_func=by_type)):
        yield items

    pipeline.run(events([{"id": 1, "type": "a", "at": 1}, {"id": 2, "type": "b", "at": 5}]))
    pipeline.run(events([{"id": 3, "type": "a", "at": 2}, {"id": 4, "type": "b", "at": 4}]))
    return pipeline.state["sources"]["case"]["resources"]["events"]["incremental"]["$"]["last_value"]
