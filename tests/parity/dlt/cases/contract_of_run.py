"""`run(..., schema_contract=)`: on plain data it stays with the pipeline's schema, on a source it holds for the run."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    kept = []

    @dlt.resource(schema_contract="evolve")
    def own():
        yield {"id": 1}

    @dlt.source
    def other():
        @dlt.resource
        def rows():
            yield {"id": 2}

        return rows

    def load(data, **arguments):
        try:
            pipeline.run(data, **arguments)
        except Exception as error:
            kept.append(type(error).__name__)
            pipeline.drop_pending_packages()
        else:
            kept.append({name: schema.settings.get("schema_contract") for name, schema in pipeline.schemas.items()})

    load(other(), schema_contract={"data_type": "freeze"})
    load(other())
    load([{"id": 1}], table_name="first", schema_contract={"columns": "freeze"})
    load([{"id": 1}], table_name="second")
    load([{"id": 1}], table_name="second", schema_contract="freeze")
    load([{"id": 1, "more": 2}], table_name="second")
    load([{"id": 1}], table_name="third")
    load(own)
    load(own, schema_contract={"tables": "evolve", "columns": "discard_row"})
    return kept
