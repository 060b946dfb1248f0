"""The dicts of a schema hold what is changed in them, before a run and within one."""


def run(dlt, tmp):
    schema = dlt.Schema("alone")
    settings = schema.settings
    settings["detections"] = ["iso_timestamp", "timestamp"]
    settings.setdefault("preferred_types", {})["re:^n_"] = "text"
    settings["schema_contract"] = {"columns": "freeze"}
    schema.tables["more"] = {"name": "more", "columns": {"a": {"name": "a", "data_type": "text"}}}
    schema.tables["more"]["columns"]["a"]["nullable"] = False
    schema.get_table("more")["columns"]["b"] = {"name": "b", "data_type": "bigint"}
    told = [
        schema.settings["detections"],
        schema.to_dict()["settings"]["preferred_types"],
        schema.settings["schema_contract"],
        schema.get_table_columns("more"),
        settings is schema.settings,
        sorted(schema.to_dict()["tables"]["more"]["columns"]),
    ]

    @dlt.source(name="shop")
    def shop():
        dlt.current.source_schema().settings["detections"] = []

        @dlt.resource
        def rows():
            yield {"n_a": 1, "at": "2024-01-01T00:00:00Z"}

        return rows

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    source = shop()
    source.schema.settings["preferred_types"] = {"re:^n_": "text"}
    pipeline.run(source)
    told.append(pipeline.default_schema.settings)
    # Code that says nothing of preferred types any more has none.
    pipeline.run(shop())
    told.append(pipeline.default_schema.settings)
    references = [str(sorted(r.items())) for r in pipeline.default_schema.references]
    pipeline.run([{"id": 1, "list": [{"inner": [1]}]}], table_name="deep", write_disposition="merge", primary_key="id")
    references += [str(sorted(r.items())) for r in pipeline.default_schema.references]
    return [*told, sorted(references)]
