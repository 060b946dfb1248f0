"""Texts of all scripts, quotes and line ends."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"t": "žluťoučký 🐎", "q": 'it\'s "quoted"', "l": "a\nb\tc", "e": ""}], table_name="rows")
