import pyarrow as pa


def model(dbt, session):
    reader = dbt.ref("a").to_arrow_reader(1)

    def batches():
        for batch in reader:
            yield pa.RecordBatch.from_pydict({"n": pa.array([batch.num_rows])})

    return pa.RecordBatchReader.from_batches(pa.schema([("n", pa.int64())]), batches())
