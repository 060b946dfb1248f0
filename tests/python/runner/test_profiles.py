"""Options of a DuckDB target: what is refused and how it is told, and that no secret is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from .conftest import Make

HEAD = "shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n"
MODEL = {"models/a.sql": "select 1 as id"}


def refused(project: Make, option: str) -> str:
    result = project({"profiles.yml": f"{HEAD}      {option}\n"} | MODEL).invoke("run")
    assert not result.success
    return str(result.exception)


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("settings: [a]", "`settings` takes a mapping, not a list"),
        ("attach: [{path: a.duckdb, aliass: a}]", "did you mean `alias`?"),
        ("attach: [{alias: a}]", "`attach` has no `path:`"),
        ("attach: [{path: a, read_only: true, options: {read_only: true}}]", "`attach` says `read_only` of `a` twice"),
        ("plugins: [excel]", "write it as `module: ...`"),
        ("secrets: [{key_id: hunter2}]", "an entry of `secrets` has no `type:`"),
        ("extensions: [{name: httpfs}]", "`extensions` has no `repo:`"),
        ("retries: {connect_attempts: 0}", "`connect_attempts` of `retries` takes a number of at least 1"),
        ("is_ducklake: maybe", "`is_ducklake` takes true or false, not a text"),
        ("use_credential_provider: gcp", "`use_credential_provider` knows no `gcp`"),
        ("remote: {host: a, port: 1, user: b}", "Buena Vista"),
        ("attach: [{path: 'md:shop?motherduck_token=hunter2'}]", "`md:shop` is a database of MotherDuck"),
        ("settings: {memory_limitt: 1GB}", "memory_limit"),
        ("plugins: [{module: exel}]", "did you mean `excel`?"),
        ("plugins: [{module: gsheet}]", "gristmill has no plugin `gsheet`"),
        ("plugins: [{module: json}]", "the module `json` has no class `Plugin`"),
    ],
)
def test_what_is_wrong_is_told(project: Make, option: str, told: str) -> None:
    said = refused(project, option)
    assert told in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("option", "place"),
    [
        ("settings: {threads: 1, memory_limitt: 1GB}", "profiles.yml:7:45"),
        ("settings:\n        memory_limit: 1XX", "profiles.yml:8:23"),
        ("attach: [{path: /no/such/folder/a.duckdb}]", "profiles.yml:7:16"),
        ("extensions: [{name: nonsense, repo: \"'/nowhere'\"}]", "profiles.yml:7:20"),
    ],
)
def test_what_the_database_refuses_is_told_by_its_place(project: Make, option: str, place: str) -> None:
    assert place in refused(project, option)


def test_a_misspelt_option_is_told_with_the_one_that_was_meant(
    project: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    shop = project({"profiles.yml": f"{HEAD}      extension: [json]\n"} | MODEL)
    assert shop.invoke("run").success
    said = capfd.readouterr()
    assert "option `extension` means nothing for DuckDB; did you mean `extensions`?" in said.out + said.err
    assert "profiles.yml:7" in said.out + said.err


def test_nothing_of_a_secret_is_told(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    secret = "secrets: [{type: nonsense, name: keys, key_id: hunter2, secret: hunter2-and-more, map: {a: hunter2}}]"
    said = refused(project, secret)
    assert "the secret `keys` of the profile was not made" in said
    printed = capfd.readouterr()
    written = [path.read_bytes() for path in Path(project({}).root).rglob("*.json")]
    for text in (said, printed.out, printed.err, *(str(part) for part in written)):
        assert "hunter2" not in text


def test_an_extension_that_cannot_be_had_is_told(project: Make) -> None:
    options = "extensions: [{name: nonsense, repo: \"'/nowhere/at/all'\"}]"
    said = refused(project, options)
    assert "the extension `nonsense` of the profile cannot be used" in said
    assert "extension_directory" in said


def test_an_extension_that_is_built_in_is_not_downloaded(project: Make) -> None:
    with duckdb.connect() as connection:
        rows = connection.execute("select extension_name from duckdb_extensions() where installed").fetchall()
    options = f"extensions: [{rows[0][0]}]\n      config_options: {{custom_extension_repository: '/nowhere'}}"
    shop = project({"profiles.yml": f"{HEAD}      {options}\n"} | MODEL)
    assert shop.invoke("run").success


def test_a_database_that_is_locked_is_tried_again(
    project: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    waits: list[float] = []
    real: Any = duckdb.connect

    def connect(path: str, **arguments: Any) -> Any:
        if path.endswith("shop.duckdb") and len(waits) < 2:
            message = "held by another process"
            raise duckdb.IOException(message)
        return real(path, **arguments)

    monkeypatch.setattr("duckdb.connect", connect)
    monkeypatch.setattr("time.sleep", waits.append)
    shop = project({"profiles.yml": f"{HEAD}      retries: {{connect_attempts: 3}}\n"} | MODEL)
    assert shop.invoke("run").success
    assert waits == [1, 2]


def test_statements_are_tried_again(project: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    retries = "retries: {query_attempts: 3, retryable_exceptions: [ConversionException]}"
    files = {
        "profiles.yml": f"{HEAD}      {retries}\n",
        "models/a.sql": "{{ config(materialized='table') }} select 'x'::int as id",
    }
    result = project(files).invoke("run")
    assert not result.success
    assert waits == [1, 2]
