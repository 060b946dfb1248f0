"""A dataset is called as the schema's naming convention says."""

import os
from typing import Any


def run(dlt: Any, work_dir: Any) -> Any:
    found = {}
    for naming, dataset in (
        ("sql_cs_v1", "MyData"),
        ("direct", "my data-set"),
        ("sql_ci_v1", "My Data"),
        (None, "MyData"),
    ):
        if naming:
            os.environ["SCHEMA__NAMING"] = naming
        else:
            del os.environ["SCHEMA__NAMING"]
        name = f"named_{naming}"
        pipeline = dlt.pipeline(name, destination="duckdb", dataset_name=dataset)
        info = pipeline.run([{"Id": 1}], table_name="Items")
        table = pipeline.default_schema.data_table_names()[0]
        with pipeline.sql_client() as client:
            schemas = client.execute_sql("select schema_name from duckdb_schemas() where not internal order by 1")
        found[name] = [info.dataset_name, schemas, pipeline.dataset()[table].fetchall()[0][0]]
        pipeline.run([{"Id": 2}], table_name="Items")
        again = dlt.attach(name)
        again.run([{"Id": 3}], table_name="Items")
        found[name].append(sorted(row[0] for row in again.dataset()[table].fetchall()))
    return found
