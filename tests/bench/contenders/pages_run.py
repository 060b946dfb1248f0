"""All pages of an API into DuckDB: `pages_run.py dlt|gristmill port link|number`. Prints the seconds that it took."""

from __future__ import annotations

import importlib
import resource
import sys
import time


def main() -> None:
    name, port, paging = sys.argv[1:4]
    dlt = importlib.import_module(name)
    client = importlib.import_module(f"{name}.sources.helpers.rest_client")
    paginators = importlib.import_module(f"{name}.sources.helpers.rest_client.paginators")
    importlib.import_module("duckdb")
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"ready {used.ru_utime + used.ru_stime}", flush=True)
    started = time.monotonic()
    paginator = (
        paginators.JSONLinkPaginator("next")
        if paging == "link"
        else paginators.PageNumberPaginator(base_page=1, total_path="total_pages")
    )
    shop = client.RESTClient(f"http://127.0.0.1:{port}", paginator=paginator, data_selector="items")
    pages = dlt.resource(lambda: shop.paginate("link"), name="articles")
    options = {"loader_file_format": "parquet"} if name == "dlt" else {}
    pipeline = dlt.pipeline("pages", destination=dlt.destinations.duckdb("pages.duckdb"), dataset_name="shop")
    pipeline.run(pages, **options)
    print(f"wall {time.monotonic() - started}", flush=True)
    with pipeline.sql_client() as sql:
        print(f"rows {sql.execute_sql('select count(*) from articles')[0][0]}", flush=True)


if __name__ == "__main__":
    main()
