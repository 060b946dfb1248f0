"""Hints and arguments that are not what they should be: what is raised, in which step, and where it points."""

from __future__ import annotations

HINTS = {
    "disposition": {"write_disposition": "nope"},
    "disposition in a dict": {"write_disposition": {"disposition": "nope"}},
    "strategy": {"write_disposition": {"disposition": "merge", "strategy": "nope"}},
    "contract": {"schema_contract": "nope"},
    "entity of a contract": {"schema_contract": {"nope": "evolve"}},
    "mode of a contract": {"schema_contract": {"tables": "nope"}},
    "type": {"columns": {"a": {"data_type": "nope"}}},
    "hint of a column": {"columns": {"a": {"nope": 1}}},
    "column without a name": {"columns": [{"data_type": "text"}]},
    "columns": {"columns": "a"},
    "nullable": {"columns": {"a": {"nullable": "x"}}},
    "precision": {"columns": {"a": {"data_type": "text", "precision": "x"}}},
    "table format": {"table_format": "nope"},
    "file format": {"file_format": "nope"},
    "primary key": {"primary_key": "nope"},
    "merge key": {"merge_key": "nope", "write_disposition": "merge"},
    "reference": {"references": [{"columns": ["a"]}]},
    "nested hint": {"nested_hints": {"x": {"nope": 1}}},
}


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    told = []

    def tell(name, use):
        try:
            use()
        except Exception as error:
            cause = error
            while cause.__cause__ or cause.__context__:
                cause = cause.__cause__ or cause.__context__
            step = getattr(error, "step", None) if type(error).__name__ == "PipelineStepFailed" else None
            about = [getattr(cause, part, None) for part in ("path", "field", "value")]
            told.append([name, type(error).__name__, step, type(cause).__name__, str(about)])
            if pipeline.has_pending_data:
                pipeline.drop_pending_packages()
        else:
            told.append(name)

    def resource(**hints):
        return dlt.resource([{"a": 1}], name="rows", **hints)

    for name, hints in HINTS.items():
        tell(name, lambda hints=hints: pipeline.run(resource(**hints)))
        tell(f"{name}, not run", lambda hints=hints: resource(**hints))
    for name, data in {"a text": "abc", "a dict": {"a": 1}, "nothing named": [{"a": 1}], "a number": 5}.items():
        tell(name, lambda data=data: pipeline.run(data))
        tell(f"{name}, for a table", lambda data=data: pipeline.run(data, table_name="rows"))
    tell("loader file format", lambda: pipeline.run([1], table_name="rows", loader_file_format="nope"))
    tell("no destination", lambda: dlt.pipeline("none").run([1], table_name="rows"))
    return told
