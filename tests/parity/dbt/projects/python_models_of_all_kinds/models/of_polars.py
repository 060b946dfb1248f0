import polars as pl


def model(dbt, session):
    frame = dbt.ref("a").pl()
    return frame.with_columns(
        pl.lit(dbt.config.get("from_yaml")).alias("from_yaml"),
        pl.lit(str(dbt.config.get("unknown", "none"))).alias("unknown"),
        pl.lit(str(dbt.this)).alias("this"),
    )
