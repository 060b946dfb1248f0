import pyarrow.dataset as ds


def model(dbt, session):
    return ds.dataset(dbt.ref("a").to_arrow_table())
