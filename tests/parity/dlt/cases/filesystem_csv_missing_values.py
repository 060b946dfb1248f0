"""What pandas says is missing, in columns of each kind."""

from __future__ import annotations


def run(dlt, tmp):
    from dlt.sources.filesystem import filesystem, read_csv

    folder = tmp / "in"
    folder.mkdir()
    (folder / "a.csv").write_text(
        "id,name,price,day,paid\n1,ann,1.5,2024-01-01,True\n2,-,,2024-01-02,\n3,,2.0,2024-01-03,False\n"
    )
    files = filesystem(str(folder), file_glob="*.csv")
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run((files | read_csv(na_values=["-"], parse_dates=["day"])).with_name("rows"))
    pipeline.run((files | read_csv(keep_default_na=False, na_values=["-"])).with_name("only_dashes"))
