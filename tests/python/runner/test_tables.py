"""What a table of a query refuses or does in its own way, and that none of it goes on without end."""

from __future__ import annotations

import time

import pytest

from .conftest import Make, Project

TABLE = "run_query(\"select i, 'k' || (i % 3) as k from range(2000) r(i)\")"
PATIENCE_SECONDS = 60


def operation(project: Make, body: str) -> tuple[Project, bool]:
    """Run a macro over a table `t`; whether it ended well."""
    made = project(
        {
            "macros/probe.sql": f"{{% macro probe() %}}{{% set t = {TABLE} %}}{body}{{% endmacro %}}"
            "{% macro lists(table) %}{{ return([[]] * (table | length)) }}{% endmacro %}"
            "{% macro numbers(table) %}{{ return(table.columns.i.values()) }}{% endmacro %}"
            "{% macro nothing(table) %}{% endmacro %}"
            "{% macro type_of_i(table) %}{{ return(table.columns.i.data_type) }}{% endmacro %}"
        }
    )
    return made, bool(made.invoke("run-operation", "probe").success)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("t.to_csv('out/rows.csv')", "a template writes no files"),
        ("t.to_json('out/rows.json')", "a template writes no files"),
        ("t.group_by('k').to_csv('out')", "a template writes no files"),
        ("t.group_by('k').to_json('out')", "a template writes no files"),
        ("t.group_by('k').to_json('out/all.json', nested=true)", "a template writes no files"),
        ("t.from_csv('dbt_project.yml')", "a template reads no files"),
        ("t.from_json('dbt_project.yml')", "a template reads no files"),
        ("t.from_fixed('dbt_project.yml', 'dbt_project.yml')", "a template reads no files"),
        ("t.group_by('k').from_csv('.')", "a template reads no files"),
        ("t.bar_chart('k', 'i')", "a template draws no pictures"),
        ("t.line_chart('i', 'i', path='out.svg')", "a template draws no pictures"),
    ],
)
def test_a_table_reaches_no_files(call: str, said: str, project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    made, is_well = operation(project, f"{{% do {call} %}}")
    assert not is_well
    assert said in capfd.readouterr().out
    assert not [path for path in made.root.iterdir() if path.name.startswith("out")]


def test_what_a_table_writes_can_be_gathered(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    body = "{% set found = [] %}{% do t.limit(1).to_csv(namespace(write=found.append)) %}{{ print('got ' ~ found) }}"
    assert operation(project, body)[1]
    assert r"got ['i,k\n', '0,k0\n']" in capfd.readouterr().out


def test_what_a_table_prints_ends_with_a_line_break(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    assert operation(project, "{% do t.limit(1).print_json() %}{{ print('next') }}")[1]
    assert '[{"i": 0, "k": "k0"}]\nnext\n' in capfd.readouterr().out


@pytest.mark.parametrize(
    ("call", "printed"),
    [
        ("t.rows[1].dict()", "{'i': 1, 'k': 'k1'}"),
        ("t.pivot()", "{'Count': 2000}"),
        ("t.column_types[0]", "<dbt_common.clients.agate_helper.Integer object>"),
        ("[t]", "[<agate.table.Table object>]"),
        ("t.columns.k.values_distinct()", "('k0', 'k1', 'k2')"),
        ("t.group_by('k').group_by('i') | string | length", "0"),
    ],
)
def test_what_a_table_is_as_a_text(call: str, printed: str, project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    assert operation(project, f"{{{{ print('is ' ~ ({call})) }}}}")[1]
    assert f"is {printed}\n" in capfd.readouterr().out


def test_words_are_no_dates(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    body = "{% set made = t.from_object([{'day': 'tomorrow', 'on': '2024-05-01'}]) %}{{ print('is ' ~ made.rows[0].values()) }}"
    assert operation(project, body)[1]
    assert "is ('tomorrow', datetime.date(2024, 5, 1))" in capfd.readouterr().out


def test_a_slug_is_made_of_ascii(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    body = "{% do t.rename(column_names=['Größe', 'k']).rename(slug_columns=true) %}"
    assert not operation(project, body)[1]
    assert "`Größe` has letters beyond ASCII" in capfd.readouterr().out


COMPUTE = "t.compute([('more', namespace(get_computed_data_type=type_of_i, validate=nothing, run={run}))])"


def test_a_cell_is_a_plain_value(project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    body = (
        f"{{{{ print('is ' ~ {COMPUTE.format(run='numbers')}.rows[3].more) }}}}{{% do {COMPUTE.format(run='lists')} %}}"
    )
    assert not operation(project, body)[1]
    out = capfd.readouterr().out
    assert "is 3\n" in out
    assert "a table holds plain values, and a `list` is none" in out


# What grows and never ends by itself, and what is said of it.
ENDLESS = {
    "rows side by side": ("{% do t.join(t, 'k').join(t, 'k') %}", "budget"),
    "tables of all before": (
        "{% set ns = namespace(t=t) %}{% for i in range(40) %}{% set ns.t = t.merge([ns.t, ns.t]) %}{% endfor %}",
        "budget",
    ),
    "a column of each row": (
        "{% set u = run_query('select i::varchar as i, i::varchar as j from range(20000) r(i)') %}{% do u.denormalize('j', 'i', 'j') %}",
        "budget",
    ),
    "groups of groups": (
        "{% set ns = namespace(t=t.limit(1)) %}{% for i in range(50000) %}{% set ns.t = ns.t.group_by('k') %}{% endfor %}",
        "groups are nested deeper than 20 levels",
    ),
    "rows named by rows": ("{% do t.limit(1).rename(row_names=[t.rows]) %}", "a table holds plain values"),
    "a long text again and again": (
        "{% set w = t.from_object([{'a': 'x' * 20000000}] * 1000) %}",
        "one operation in a template may look at no more",
    ),
    "wide cells": (
        "{% do t.from_object([{'a': 'x' * 3000000}] + [{'a': 'y'}] * 1000).print_table(max_rows=none, max_column_width=none) %}",
        "a text in a template may have at most",
    ),
    "wide bars": ("{% do t.pivot('k').print_bars('k', width=1000000000) %}", "a chart is at most 10000 signs wide"),
    "many bins": ("{% do t.pivot('k').bins('Count', 1000000000) %}", "a collection in a template may have at most"),
    "many names": ("{% do t.rename(column_names='a' * 1000000) %}", "one operation in a template may look at no more"),
    "a table many times": (
        "{% for i in range(100000) %}{% do t.rename(row_names=none) %}{% endfor %}",
        "budget",
    ),
    "rows for values": (
        "{% for i in range(1000) %}{% do t.homogenize('i', range(10000)) %}{% endfor %}",
        "budget",
    ),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_no_work_on_tables_goes_on_without_end(name: str, project: Make, capfd: pytest.CaptureFixture[str]) -> None:
    body, said = ENDLESS[name]
    begun = time.monotonic()
    assert not operation(project, body)[1]
    assert time.monotonic() - begun < PATIENCE_SECONDS
    assert said in capfd.readouterr().out
