"""Relations side by side: nested tables find each other, others are told how."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run(
        [{"id": 1, "lines": [{"sku": "a", "parts": [{"n": 1}, {"n": 2}]}, {"sku": "b"}]}, {"id": 2}],
        table_name="orders",
    )
    pipeline.run([{"sku": "a", "price": 10}, {"sku": "c", "price": 30}], table_name="products")
    data = pipeline.dataset()

    def shown(relation, *columns):
        return [relation.columns, sorted(map(repr, relation.select(*columns).fetchall()))]

    on = "orders__lines.sku = products.sku"
    joined = [
        shown(data["orders"].join("orders__lines"), "id", "orders__lines__sku"),
        shown(data["orders__lines"].join("orders"), "sku", "orders__id"),
        shown(data["orders"].join("orders__lines__parts"), "id", "orders__lines__parts__n"),
        shown(data["orders"].join("orders__lines", kind="left", alias="line"), "id", "line__sku"),
        shown(data["orders__lines"].join("products", on=on), "sku", "products__price"),
        shown(data["orders__lines"].join(data["products"], on=on, kind="full"), "sku", "products__price"),
        shown(data["orders__lines"].join("products", on=on, kind="right", alias="p"), "sku", "p__price"),
    ]
    refused = []
    for use in (
        lambda: data["orders"].join("products"),
        lambda: data["orders"].join("products", kind="sideways"),
        lambda: data["orders"].join("products", on=" "),
        lambda: data["orders"].join("orders"),
        lambda: data["orders"].join("nothing"),
    ):
        try:
            use()
        except Exception as error:
            refused.append(isinstance(error, ValueError))
    return [joined, refused]
