"""dlt with the file format that is its fastest for this destination."""

from __future__ import annotations

from typing import Any

from tests.bench.contenders import asked, pipeline


def main() -> None:
    import dlt
    from dlt.sources.filesystem import filesystem, read_csv, read_jsonl

    what = asked()

    def read(name: str) -> Any:
        return filesystem(str(what.inputs), file_glob=name) | (read_csv() if name.endswith("csv") else read_jsonl())

    pipeline.run(dlt, what, read, loader_file_format="parquet")


if __name__ == "__main__":
    main()
