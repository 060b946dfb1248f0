"""The types of PostgreSQL that have no like elsewhere, through each backend that dlt reads them with."""

from __future__ import annotations

from postgres_server import database, execute

TYPES = {
    "interval": ("interval", "1 day 02:00:00"),
    "money": ("money", "12.34"),
    "r": ("int4range", "[1,5)"),
    "rt": ("tstzrange", "[2024-01-01 00:00+00,2024-02-01 00:00+00)"),
    "rn": ("numrange", "[1.5,2.5]"),
    "ai": ("int[]", "{1,null,3}"),
    "at": ("text[]", '{a,"b c"}'),
    "an": ("numeric[]", "{1.5,2.5}"),
    "aa": ("int[][]", "{{1,2},{3,4}}"),
    "j": ("json", '{"a": 1, "b": [1, 2]}'),
    "jb": ("jsonb", '{"a": {"x": null}}'),
    "u": ("uuid", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"),
    "au": ("uuid[]", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"),
    "n": ("numeric(38,10)", "1234567890123456789012345678.0123456789"),
    "tz": ("timestamptz", "2024-01-01 00:00:00.5+02"),
    "b": ("bytea", "\\x0041"),
    "m": ("mood", "ok"),
    "h": ("hstore", "a=>1,b=>NULL"),
    "e": ("email", "a@b"),
    "p": ("posint", "5"),
    "t": ("time", "10:00:00.5"),
    "tt": ("timetz", "10:00+02"),
    "i": ("inet", "10.0.0.1"),
    "bi": ("bit(3)", "101"),
    "x": ("xml", "<a/>"),
}
# Those that dlt ends with an error on, or changes.
NOT_BY = {
    "sqlalchemy": {"interval"},
    "pyarrow": {"interval"},
    "pandas": {"interval", "ai", "at", "an", "aa", "j", "jb", "au", "b", "n"},
    "connectorx": {"interval", "money", "aa", "au", "n", "h", "tt", "x"},
}


def run(dlt, tmp):
    from dlt.sources.sql_database import sql_table

    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    with database("backends") as url:
        execute(
            url,
            "create extension hstore",
            "create type mood as enum ('sad', 'ok')",
            "create domain email as text check (value like '%@%')",
            "create domain posint as int check (value > 0)",
        )
        for backend, missing in NOT_BY.items():
            named = {name: kind for name, kind in TYPES.items() if name not in missing}
            columns = ", ".join(f"{name} {kind}" for name, (kind, _) in named.items())
            values = ", ".join(f"'{value}'" for _, value in named.values())
            execute(
                url,
                f"create table {backend} (id int primary key, {columns})",
                f"insert into {backend} values (1, {values})",
                f"insert into {backend} (id) values (2)",
            )
            pipeline.run(sql_table(url, backend, backend=backend))
