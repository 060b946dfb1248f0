"""What a broken contract tells, in extract and in normalize."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def told(error):
        while error is not None:
            if type(error).__name__ == "DataValidationError":
                return [
                    error.schema_name,
                    error.table_name,
                    error.column_name,
                    error.schema_entity,
                    error.contract_mode,
                ]
            error = error.__context__
        return None

    found = []
    pipeline.run([{"id": 1}], table_name="rows")
    for data, table, contract in (
        ([{"id": 1}], "others", {"tables": "freeze"}),
        ([{"id": 1, "more": 1}], "rows", {"columns": "freeze"}),
        ([{"id": "x"}], "rows", {"data_type": "freeze"}),
        ([{"id": 1, "list": [1]}], "rows", {"tables": "freeze"}),
    ):
        try:
            pipeline.run(data, table_name=table, schema_contract=contract)
        except Exception as error:
            found.append([error.step, type(error.__context__).__name__ == "DataValidationError", told(error)])
            pipeline.drop_pending_packages()
    return found
