"""Pages that name the next one in the body, found by themselves."""

from dlt.sources.helpers.rest_client import RESTClient
from server import url


def run(dlt, work_dir):
    @dlt.resource(name="items", primary_key="id")
    def items():
        yield from RESTClient(url()).paginate("link")

    pipeline = dlt.pipeline("rest_json_link", destination=dlt.destinations.duckdb("rest.duckdb"), dataset_name="shop")
    pipeline.run(items())
    return [len(page) for page in RESTClient(url()).paginate("link")]
