"""The macros of dbt_utils and dbt_date: what their SQL gives, and that a real package replaces the built-in one."""

from __future__ import annotations

from .conftest import Make


def test_a_real_package_replaces_the_built_in_one(project: Make) -> None:
    shop = project(
        {
            "packages.yml": "packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n",
            "dbt_packages/dbt_utils/dbt_project.yml": "name: dbt_utils\n",
            "dbt_packages/dbt_utils/macros/star.sql": "{% macro star(from) %}1 as mine{% endmacro %}",
            "models/a.sql": "select {{ dbt_utils.star('x') }}",
        }
    )
    assert shop.invoke("run").success
    assert shop.rows("select mine from a") == [(1,)]
    # It is replaced whole: what the real one does not have is not there.
    shop.add({"models/a.sql": "select {{ dbt_utils.group_by(1) }}"})
    assert not shop.invoke("run").success


SQL: list[tuple[str, str, object]] = [
    ("dbt_date.day_name(\"date '2024-02-29'\", short=false)", "", "Thursday"),
    ("dbt_date.month_name(\"date '2024-02-29'\")", "", "Feb"),
    ("dbt_date.day_of_week(\"date '2024-02-25'\")", "", 7),
    ("dbt_date.day_of_week(\"date '2024-02-25'\", isoweek=false)", "", 1),
    ("dbt_date.week_start(\"date '2024-02-29'\")", "::varchar", "2024-02-25"),
    ("dbt_date.week_end(\"date '2024-02-29'\")", "::varchar", "2024-03-02"),
    ("dbt_date.iso_week_start(\"date '2024-02-29'\")", "::varchar", "2024-02-26"),
    ("dbt_date.iso_week_end(\"date '2024-02-29'\")", "::varchar", "2024-03-03"),
    ("dbt_date.iso_week_of_year(\"date '2024-02-29'\")", "", 9),
    ("dbt_date.n_days_ago(2, \"date '2024-03-01'\")", "::varchar", "2024-02-28"),
    ("dbt_date.tomorrow(\"date '2024-02-28'\")", "::varchar", "2024-02-29"),
    (
        "dbt_date.convert_timezone(\"timestamp '2024-06-01 12:00:00'\", 'America/New_York', 'UTC')",
        "::varchar",
        "2024-06-01 08:00:00",
    ),
    ("dbt_date.from_unixtimestamp(1700000000)", "::varchar", "2023-11-14 22:13:20"),
    ("dbt_date.from_unixtimestamp(1700000000000, format='milliseconds')", "::varchar", "2023-11-14 22:13:20"),
    ("dbt_date.to_unixtimestamp(\"timestamp '2023-11-14 22:13:20'\")", "::bigint", 1700000000),
    ("dbt_date.round_timestamp(\"timestamp '2024-01-01 13:00:00'\")", "::varchar", "2024-01-02 00:00:00"),
    ("dbt_date.periods_since(dbt_date.n_days_ago(3), 'day')", "", 3),
    ("dbt_utils.get_url_path(\"'https://a.com/b/c?d=1'\")", "", "b/c"),
    ("dbt_utils.get_url_host(\"'https://a.com/b/c?d=1'\")", "", "a.com"),
    ("dbt_utils.get_url_parameter(\"'https://a.com/?x=1&y=2'\", 'y')", "", "2"),
    ("dbt_utils.safe_divide(1, 0)", "", None),
    ("dbt_utils.safe_add(['null', '2'])", "", 2),
    ("dbt_utils.safe_subtract(['5', 'null', '2'])", "", 3),
    ("dbt_utils.width_bucket('5', 0, 10, 5)", "", 3),
    (
        "dbt_utils.haversine_distance(0, 0, 0, 90, unit='km') | replace('2 *', 'round(2 *') ~ ', -2)'",
        "::integer",
        10000,
    ),
    ("\"'\" ~ dbt_utils.slugify('9 Big-Words!') ~ \"'\"", "", "_9_big_words"),
]


def test_expressions(project: Make) -> None:
    columns = ",\n".join(f"({{{{ {call} }}}}){cast} as c{index}" for index, (call, cast, _) in enumerate(SQL))
    shop = project({"models/a.sql": f"select {columns}"})
    result = shop.invoke("run")
    assert result.success, result.result
    values = shop.rows("from a")[0]
    assert [(SQL[index][0], value) for index, value in enumerate(values)] == [
        (call, expected) for call, _, expected in SQL
    ]


def test_the_date_dimension(project: Make) -> None:
    call = "{{ dbt_date.get_date_dimension('2024-01-01', '2024-03-01') }}"
    shop = project(
        {"models/dim.sql": call, "models/base.sql": "{{ dbt_date.get_base_dates(n_dateparts=3, datepart='month') }}"}
    )
    assert shop.invoke("run").success
    assert shop.rows("select count(*), min(date_day)::varchar, max(date_day)::varchar from dim") == [
        (60, "2024-01-01", "2024-02-29")
    ]
    columns = "day_of_week_name, quarter_of_year, month_end_date::varchar, prior_year_date_day::varchar, week_of_year"
    assert shop.rows(f"select {columns} from dim where date_day = '2024-02-29'") == [
        ("Thursday", 1, "2024-02-29", "2023-02-28", 8)
    ]
    assert shop.rows("select count(*) from base") == [(3,)]
