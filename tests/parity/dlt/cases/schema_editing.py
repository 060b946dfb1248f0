"""What a schema tells of itself, and what can be changed in it."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run([{"id": 1, "tags": ["a"]}], table_name="rows", primary_key="id")
    schema = pipeline.default_schema.clone()
    found = [
        sorted(schema.references, key=str),
        schema.expand_schema_contract_settings("freeze"),
        schema.resolve_contract_settings_for_table("rows__tags"),
        schema.is_new_table("other"),
        [c["name"] for c in schema.get_new_table_columns("rows", {"id": {}}, True)],
        schema.to_mermaid(include_dlt_tables=False),
        schema.to_dict(remove_defaults=True)["tables"]["rows"]["columns"]["id"],
    ]
    schema.merge_hints({"not_null": ["re:^must_"]})
    schema.update_preferred_types({"re:_at$": "timestamp"})
    schema.add_type_detection("iso_date")
    schema.remove_type_detection("iso_timestamp")
    found += [schema.settings, schema.get_preferred_type("made_at")]
    dropped = schema.drop_tables(["rows__tags"])
    return [*found, [t["name"] for t in dropped], schema.data_table_names(), schema.clone(with_name="other").name]
