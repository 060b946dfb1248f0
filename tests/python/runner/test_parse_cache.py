"""What is kept of a parse saves work and never shows: it is found by what files hold, and all else is asked anew."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from .conftest import PROJECT, Make, Project
from .random_edits import KEPT, walk

STEPS = 120


def test_random_edits_never_meet_what_is_out_of_date(tmp_path: Path) -> None:
    outcome = walk(tmp_path, STEPS, 20240229)
    assert not outcome.different, "\n".join(outcome.different)
    assert outcome.whole + outcome.errors == STEPS
    # The walk is worth something only when most projects are whole, and some are not.
    assert outcome.whole > STEPS / 2
    assert outcome.errors > STEPS / 20


def node(made: Project, name: str, kind: str = "model") -> dict[str, Any]:
    """A node of the manifest that the last command left."""
    manifest: dict[str, Any] = json.loads((made.root / "target" / "manifest.json").read_text("utf-8"))
    return manifest["nodes"][f"{kind}.shop.{name}"]


def kept(made: Project) -> Path:
    """Where parses are kept."""
    return made.root / "target" / KEPT


@pytest.mark.parametrize(
    "asked",
    [
        "run_started_at",
        "invocation_id",
        "modules.datetime.datetime.now()",
        "(range(99999) | random) ~ '-' ~ (range(99999) | random)",
    ],
)
def test_what_differs_from_run_to_run_is_asked_in_each(project: Make, asked: str) -> None:
    text = f"{{{{ config(meta={{'asked': {asked} ~ ''}}) }}}} select 1 as id"
    shop = project({"models/a.sql": text, "models/b.sql": "select * from {{ ref('a') }}"})
    seen: set[str] = set()
    for _ in range(3):
        assert shop.invoke("parse").success
        seen.add(node(shop, "a")["meta"]["asked"])
    assert len(seen) == 3


def test_the_adapter_is_asked_anew(project: Make) -> None:
    shop = project(
        {
            "models/a.sql": "{{ config(meta={'type': adapter.type(), 'quoted': adapter.quote(target.schema)}) }} select 1",
            "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: one}}}\n",
        }
    )
    assert shop.invoke("parse").success
    shop.add({"profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: two}}}\n"})
    assert shop.invoke("parse").success
    assert node(shop, "a")["meta"] == {"type": "duckdb", "quoted": '"two"'}


def test_a_macro_that_takes_the_name_of_ref_is_seen(project: Make) -> None:
    shop = project({"models/a.sql": "select 1", "models/b.sql": "select * from {{ ref('nowhere') }}"})
    assert not shop.invoke("parse").success
    shop.add({"macros/ref.sql": "{% macro ref(name) %}{{ return(builtins.ref('a')) }}{% endmacro %}"})
    assert shop.invoke("parse").success
    assert node(shop, "b")["depends_on"]["nodes"] == ["model.shop.a"]


def test_what_is_kept_is_used(project: Make) -> None:
    shop = project({"models/a.sql": "select 1 as id", "models/s.yml": "models: [{name: a, description: one}]\n"})
    assert shop.invoke("parse").success
    # The entry is told to say something else than the file, which only a reader of the entry can know.
    head, body = kept(shop).read_bytes().partition(b"0.1.0")[::2]
    body = body[4:].replace(b"\x03one", b"\x03two")
    kept(shop).write_bytes(head + b"0.1.0" + crc32(body).to_bytes(4, "little") + body)
    assert shop.invoke("parse").success
    assert node(shop, "a")["description"] == "two"
    shop.add({"dbt_project.yml": PROJECT + "flags: {partial_parse: false}\n"})
    assert shop.invoke("parse").success
    assert node(shop, "a")["description"] == "one"


def test_an_equal_project_keeps_the_same(project: Make) -> None:
    shop = project({"models/a.sql": "select 1 as id", "models/s.yml": "models: [{name: a, description: one}]\n"})
    assert shop.invoke("parse").success
    first = kept(shop).read_bytes()
    assert shop.invoke("parse").success
    assert kept(shop).read_bytes() == first
    # A file that moves is found by what it holds; what is gone is dropped with the next change.
    (shop.root / "models/a.sql").rename(shop.root / "models/b.sql")
    shop.add({"models/s.yml": "models: [{name: b, description: two}]\n"})
    assert shop.invoke("parse").success
    assert node(shop, "b")["description"] == "two"
    assert kept(shop).read_bytes().count(b"one") == 0


@pytest.mark.parametrize("way", ["flag", "environment", "project"])
def test_nothing_is_kept_when_nobody_wants_it(project: Make, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    flags = "flags: {partial_parse: false}\n" if way == "project" else ""
    shop = project({"models/a.sql": "select 1 as id", "dbt_project.yml": PROJECT + flags})
    if way == "environment":
        monkeypatch.setenv("DBT_PARTIAL_PARSE", "false")
    assert shop.invoke(*(["--no-partial-parse"] if way == "flag" else []), "parse").success
    assert not kept(shop).exists()


@pytest.mark.parametrize("harm", ["cut off", "altered", "of another version", "no file of ours", "empty", "a folder"])
def test_a_kept_file_that_is_no_good_is_passed_over(project: Make, harm: str) -> None:
    shop = project({"models/a.sql": "select 1 as id", "models/b.sql": "select * from {{ ref('a') }}"})
    assert shop.invoke("parse").success
    whole = kept(shop).read_bytes()
    match harm:
        case "cut off":
            kept(shop).write_bytes(whole[: len(whole) // 2])
        case "altered":
            kept(shop).write_bytes(whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:])
        case "of another version":
            kept(shop).write_bytes(whole.replace(b"0.1.0", b"0.0.9", 1))
        case "no file of ours":
            kept(shop).write_bytes(b"something else")
        case "empty":
            kept(shop).write_bytes(b"")
        case _:
            kept(shop).unlink()
            kept(shop).mkdir()
    assert shop.invoke("parse").success
    assert node(shop, "b")["depends_on"]["nodes"] == ["model.shop.a"]
    if harm != "a folder":
        assert kept(shop).read_bytes() == whole


def test_models_of_an_earlier_parse_build(project: Make) -> None:
    files = {f"models/m{number}.sql": f"select {number} as id" for number in range(1, 5)}
    files["models/m0.sql"] = "{{ config(materialized='table') }} select count(*) as n from {{ ref('m1') }}"
    shop = project(files)
    assert shop.invoke("parse").success
    assert shop.invoke("build").success
    assert shop.rows("from m0") == [(1,)]


def test_an_edit_that_leaves_size_and_time_is_seen(project: Make) -> None:
    shop = project(
        {
            "models/a.sql": "select {{ one() }} as id",
            "models/s.yml": "models: [{name: a, description: one}]\n",
            "macros/m.sql": "{% macro one() %}{{ config(tags=['one']) }}1{% endmacro %}",
            "seeds/s.csv": "id\n1\n",
        }
    )
    assert shop.invoke("parse").success
    first = node(shop, "s", "seed")["checksum"]
    for name, text in {
        "models/a.sql": "select {{ one() }} as no",
        "models/s.yml": "models: [{name: a, description: two}]\n",
        "macros/m.sql": "{% macro one() %}{{ config(tags=['two']) }}1{% endmacro %}",
        "seeds/s.csv": "id\n2\n",
    }.items():
        path = shop.root / name
        before = path.stat()
        assert before.st_size == len(text)
        shop.add({name: text})
        # To the time of before, and then further back.
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns - (10**15 if name.endswith("yml") else 0)))
    assert shop.invoke("parse").success
    a = node(shop, "a")
    assert (a["raw_code"], a["description"], a["tags"]) == ("select {{ one() }} as no", "two", ["two"])
    assert node(shop, "s", "seed")["checksum"] != first


def test_parses_at_once_share_what_is_kept_and_nothing_else(project: Make) -> None:
    text = "{{ config(tags=[var('who')]) }} select 1 as id"
    shop = project({f"models/m{number}.sql": f"{text} -- {number}" for number in range(50)})

    def tags() -> set[tuple[str, ...]]:
        document = json.loads((shop.root / "target" / "manifest.json").read_text("utf-8"))
        return {tuple(found["tags"]) for found in document["nodes"].values()}

    for turn in range(3):
        command = [sys.executable, "-m", "gristmill", "--quiet", "parse", "--vars"]
        started = [subprocess.Popen([*command, f"who: {who}"], cwd=shop.root) for who in ("ada", "bob")]
        assert [ran.wait() for ran in started] == [0, 0]
        assert tags() in ({("ada",)}, {("bob",)})
        shop.add({"models/m0.sql": f"{text} -- turn {turn}"})
        assert shop.invoke("parse", "--vars", "who: eve").success
        assert tags() == {("eve",)}
        assert node(shop, "m0")["raw_code"].endswith(f"turn {turn}")
