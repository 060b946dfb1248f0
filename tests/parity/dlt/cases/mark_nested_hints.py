"""Hints of nested tables that come with an item, for a table of its own and for the resource's."""


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    nested = {"z": dlt.mark.make_nested_hints(columns={"q": {"data_type": "double"}})}

    @dlt.resource(name="rows")
    def rows():
        yield dlt.mark.with_hints(
            [{"id": 6, "z": [{"q": 1}]}],
            dlt.mark.make_hints(table_name="special", nested_hints=nested),
            create_table_variant=True,
        )
        yield {"id": 7, "z": [{"q": 2}]}

    @dlt.resource(name="whole")
    def whole():
        yield dlt.mark.with_hints([{"id": 8, "z": [{"q": 3}]}], dlt.mark.make_hints(nested_hints=nested))

    pipeline.run([rows(), whole()])
