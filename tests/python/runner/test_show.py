"""What `show` and `compile` tell of the nodes that were named, and what they leave."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gristmill.dbt import EventMsg

from .conftest import Make, Project

PLACES = {
    "models/a.sql": "{{ config(materialized='view') }}\nselect 1 as id, 'Zürich' as name",
    "models/ab.sql": "select id from {{ ref('a') }}",
    "models/ab.yml": "models:\n  - name: a\n    columns: [{name: id, data_tests: [not_null]}]\n",
    "models/b.sql": "select id from {{ ref('ab') }}",
}
TABLE = "| id | name   |\n| -- | ------ |\n|  1 | Zürich |\n"


def told(made: Project, kind: str, *args: str) -> list[tuple[str, Any]]:
    """The text and the data of each event of this kind that a command tells."""
    found: list[tuple[str, Any]] = []

    def listen(event: EventMsg) -> None:
        if event.info.name == kind:
            found.append((event.info.msg, event.data))

    assert made.invoke(*args, callbacks=[listen]).success
    return found


@pytest.mark.parametrize("command", ["compile", "show"])
@pytest.mark.parametrize(
    ("select", "named"),
    [
        (["a", "b"], ["a"]),
        (["ab", "b"], ["a", "ab", "b"]),
        (["b ab", "a"], ["b"]),
        (["tag:none", "b"], ["a"]),
        (["models/ab.sql+"], ["ab", "b"]),
        (["*"], []),
    ],
)
def test_those_are_told_whose_name_is_a_part_of_the_first_word(
    command: str, select: list[str], named: list[str], project: Make
) -> None:
    made = project(PLACES)
    assert made.invoke("run").success
    kind = "CompiledNode" if command == "compile" else "ShowNode"
    worked_on = [one.node.name for one in made.invoke(command, "--select", *select).result]
    names = [data.node_name for _, data in told(made, kind, command, "--select", *select)]
    assert names == [name for name in named if name in worked_on]


def test_rows_are_told_as_a_table_or_as_json(project: Make) -> None:
    made = project(PLACES)
    [(text, data)] = told(made, "ShowNode", "show", "--select", "a")
    assert (text, data.preview) == (f"Previewing node 'a':\n{TABLE}", TABLE)
    [(text, data)] = told(made, "ShowNode", "show", "--select", "a", "--output", "json")
    assert text == '{\n  "node": "a",\n  "show": [\n    {\n      "id": 1,\n      "name": "Z\\u00fcrich"\n    }\n  ]\n}'
    assert data.preview == '[{"id": 1, "name": "Zürich"}]'
    [(text, _)] = told(made, "ShowNode", "show", "--inline", "select 1.5 as half", "--output", "json")
    assert text == '{\n  "show": [\n    {\n      "half": 1.5\n    }\n  ]\n}'


def test_a_version_is_shown_by_its_name_with_the_version(project: Make) -> None:
    versions = "models:\n  - name: v\n    versions: [{v: 1}, {v: 2}]\n"
    made = project({"models/v.yml": versions, "models/v_v1.sql": "select 1 as id", "models/v_v2.sql": "select 2 as id"})
    assert [data.node_name for _, data in told(made, "ShowNode", "show", "--select", "v")] == ["v.v1", "v.v2"]


def test_compiled_sql_is_told_as_it_is(project: Make) -> None:
    made = project(PLACES)
    [(text, data)] = told(made, "CompiledNode", "compile", "--select", "a")
    assert (text, data.compiled) == (f"Compiled node 'a' is:\n{data.compiled}", "\nselect 1 as id, 'Zürich' as name")
    [(text, _)] = told(made, "CompiledNode", "compile", "--select", "a", "--output", "json")
    assert text == '{\n  "node": "a",\n  "compiled": "\\nselect 1 as id, \'Z\\u00fcrich\' as name"\n}'


def test_what_is_shown_leaves_its_compiled_sql_and_a_test_is_asked_with_the_limit(project: Make) -> None:
    made = project(PLACES)
    assert made.invoke("show", "--select", "a", "--limit", "3").success
    compiled = made.root / "target" / "compiled" / "shop" / "models"
    assert (compiled / "a.sql").read_text("utf-8") == "\nselect 1 as id, 'Zürich' as name"
    assert "limit" not in (compiled / "ab.yml" / "not_null_a_id.sql").read_text("utf-8")
    results = json.loads((made.root / "target" / "run_results.json").read_text("utf-8"))["results"]
    assert [one["compiled_code"].split()[-2:] for one in results] == [["limit", "3"], ["limit", "3"]]


def test_a_model_that_has_tests_is_shown_before_it_is_built(project: Make) -> None:
    made = project(PLACES)
    assert [text for text, _ in told(made, "ShowNode", "show", "--select", "a")] == [f"Previewing node 'a':\n{TABLE}"]
    assert not made.invoke("show", "--select", "not_null_a_id").success


def test_a_query_with_a_limit_of_its_own_is_shown(project: Make) -> None:
    made = project({})
    [(_, data)] = told(made, "ShowNode", "show", "--inline", "select 1 as id limit 2")
    assert data.preview == "| id |\n| -- |\n|  1 |\n"


def test_a_seed_that_is_shown_is_not_loaded(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    made = project({"seeds/words.csv": "word\nold\n"})
    assert made.invoke("seed").success
    made.add({"seeds/words.csv": "word\nnew\n"})
    assert made.invoke("show", "--select", "words").success
    assert "| old  |" in capfd.readouterr().out
    assert made.rows("from words") == [("old",)]


def test_a_seed_that_comes_along_need_not_be_there(project: Make) -> None:
    made = project(PLACES | {"seeds/words.csv": "word\none\n"})
    assert [data.node_name for _, data in told(made, "ShowNode", "show", "--select", "a", "words")] == ["a"]
    assert not made.invoke("show", "--select", "words").success


def test_show_needs_something_to_show(project: Make) -> None:
    made = project(PLACES | {"selectors.yml": "selectors: [{name: all, definition: a}]\n"})
    for args in ([], ["--selector", "all"], ["--exclude", "b"]):
        ended = made.invoke("show", *args)
        assert "name a node with `--select`, or give SQL with `--inline`" in str(ended.exception)


def test_sql_that_is_sent_as_it_is_is_no_node_and_leaves_no_artifact(project: Make) -> None:
    made = project({"models/broken.sql": "{% if %}"})
    [(text, data)] = told(made, "ShowNode", "show", "--inline-direct", "select '{{ x }}' as a, 2 as b; -- all")
    assert text == "Previewing inline node:\n| a       | b |\n| ------- | - |\n| {{ x }} | 2 |\n"
    assert (data.node_name, data.unique_id, data.is_inline) == ("direct-query", "direct-query", True)
    ended = made.invoke("show", "--inline-direct", "select 1 as x", "--limit", "-1")
    assert (ended.success, ended.result) == (True, None)
    assert not (made.root / "target").exists()
    refused = made.invoke("show", "--inline-direct", "select nope")
    assert not refused.success
    assert "nope" in str(refused.exception)
