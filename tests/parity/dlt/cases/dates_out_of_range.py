"""Numbers in columns of dates and times, among them those that no calendar has."""


def run(dlt, tmp):
    ended = []
    for number, value in enumerate((2**63 - 1, -(2**62), 2**40, 253402300799, 1e18, -1, 1.5)):
        for kind in ("date", "timestamp"):
            place = dlt.destinations.duckdb(f"{kind}{number}.duckdb")
            pipeline = dlt.pipeline(f"{kind}{number}", destination=place, dataset_name="data")
            try:
                pipeline.run([{"d": value}], table_name="t", columns={"d": {"data_type": kind}})
                ended.append("loaded")
            except Exception as error:
                ended.append(error.step)
    return ended
