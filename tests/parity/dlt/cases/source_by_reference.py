"""Sources found by the name of their module and their own."""

import sys

MODULE = """
import dlt

@dlt.source
def shop(first=1):
    return dlt.resource([{"n": first}], name="orders")

@dlt.resource
def events(kind="a"):
    yield {"kind": kind}
"""


def run(dlt, tmp):
    from dlt.extract.reference import SourceReference

    (tmp / "shop_of_case.py").write_text(MODULE, "utf-8")
    sys.path.insert(0, str(tmp))
    told = []
    for name in ("rest_api", "sql_database.sql_table", "nothing", "nothing.here", "shop_of_case.absent"):
        try:
            told.append([name, callable(SourceReference.find(name))])
        except KeyError as error:
            told.append([name, type(error).__name__])
    made = SourceReference.from_reference("shop_of_case.shop", name="second", source_args=(5,), max_table_nesting=1)
    told.append([made.name, list(made), made.max_table_nesting])
    made = SourceReference.from_reference("shop_of_case.events", source_kwargs={"kind": "b"})
    told.append([made.name, list(made)])
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    try:
        pipeline.run("shop_of_case.shop")
        told.append(pipeline.last_trace.last_normalize_info.row_counts)
    except Exception as error:
        told.append(error.step)
    return told
