"""A cursor over pages: new rows only, those at the boundary once."""

from dlt.sources.helpers.rest_client import RESTClient
from server import ITEMS, url


def run(dlt, work_dir):
    client = RESTClient(url())
    starts = []

    @dlt.resource(name="items", primary_key="id")
    def items(updated_at=dlt.sources.incremental("updated_at", initial_value="2024-01-02T00:00:00Z"), until="9"):
        starts.append(updated_at.last_value)
        yield from client.paginate("since", params={"since": updated_at.last_value, "until": until})

    @dlt.resource(name="all_items")
    def all_items(number=dlt.sources.incremental("id")):
        yield from client.paginate("link")

    pipeline = dlt.pipeline("rest_incremental", destination=dlt.destinations.duckdb("rest.duckdb"), dataset_name="shop")
    pipeline.run(items(until="2024-01-05"))
    pipeline.run(items())
    pipeline.run([all_items()])
    pipeline.run([all_items()])
    return {"starts": starts, "known": len(ITEMS)}
