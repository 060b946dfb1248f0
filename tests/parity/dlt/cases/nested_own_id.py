"""Rows of a list, some with an id of their own."""


def run(dlt, tmp):
    ended = []
    lists = ([None, {"_dlt_id": True}], [{"_dlt_id": "x", "k": [1]}], [{"_dlt_id": "x", "_dlt_parent_id": "mine"}])
    for number, items in enumerate(lists):
        place = dlt.destinations.duckdb(f"case{number}.duckdb")
        pipeline = dlt.pipeline(f"case{number}", destination=place, dataset_name="data")
        try:
            pipeline.run([{"A b": items}], table_name="t")
            ended.append(pipeline.last_trace.last_normalize_info.row_counts)
        except Exception as error:
            ended.append(error.step)
    return ended
