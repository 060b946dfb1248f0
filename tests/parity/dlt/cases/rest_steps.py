"""Pages pass maps, filters and transformers as lists of dicts."""

from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.transform import skip_first, take_first
from server import url


def run(dlt, work_dir):
    client = RESTClient(url())

    @dlt.resource(name="items", primary_key="id", write_disposition="merge")
    def items():
        yield client.paginate("link")

    @dlt.transformer(name="comments", data_from=items)
    def comments(page):
        for item in page:
            for found in client.paginate(f"comments/{item['id']}"):
                yield [{"item": item["id"], **comment} for comment in found]

    @dlt.resource(name="few")
    def few():
        yield from client.paginate("pages", params={"page": 1})

    @dlt.source(name="shop")
    def shop():
        mapped = items().add_map(lambda item: {**item, "name": item["name"].upper()}).add_filter(lambda i: i["id"] != 4)
        return mapped, mapped | comments(), few().add_filter(skip_first(1)).add_filter(take_first(1))

    pipeline = dlt.pipeline("rest_steps", destination=dlt.destinations.duckdb("rest.duckdb"), dataset_name="shop")
    pipeline.run(shop())
