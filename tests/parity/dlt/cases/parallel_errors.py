"""An error in a thread ends the run, and nothing is loaded."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(parallelized=True)
    def fine():
        for n in range(20):
            yield {"n": n}

    @dlt.resource(parallelized=True)
    def broken():
        yield {"n": 1}
        raise ValueError("broken")

    try:
        pipeline.run([fine(), broken()])
    except Exception as error:
        found = [type(error).__name__, error.step, type(error.exception).__name__]
    pipeline.run(fine())
    return found
