"""The steps of `sources.helpers.transform`."""

from dlt.sources.helpers.transform import pivot, skip_first, take_first


def run(dlt, work_dir):
    rows = [{"id": 1, "points": [[1, 2], [3, 4]], "deep": {"in": [[5], [6, 7]]}}]

    @dlt.resource(name="points")
    def points():
        yield rows

    pipeline = dlt.pipeline("rest_transform", destination=dlt.destinations.duckdb("rest.duckdb"), dataset_name="shop")
    pipeline.run(points().add_map(pivot(["$.points", "$.deep.in"], prefix="p_")))
    return {
        "take": [n for n in range(4) if take_first(9)(n)],
        "skip": list(filter(skip_first(2), range(4))),
        "root": pivot(prefix="c")([[1, 2], [3, 4]]),
    }
