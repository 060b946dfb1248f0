"""A limit counts pages."""

from dlt.sources.helpers.rest_client import RESTClient
from server import url


def run(dlt, work_dir):
    @dlt.resource(name="items")
    def items():
        yield from RESTClient(url()).paginate("link")

    pipeline = dlt.pipeline("rest_limit", destination=dlt.destinations.duckdb("rest.duckdb"), dataset_name="shop")
    pipeline.run(items().add_limit(2))
    return [len(list(items().add_limit(1))), len(list(items()))]
