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
    ("dbt_date.date(2024, 2, 29).isoformat() | tojson | replace('\"', \"'\")", "", "2024-02-29"),
    ("dbt_date.datetime(2024, 2, 29, 6, tz='UTC').strftime('%H%M')", "::varchar", "600"),
    ("dbt_utils.get_powers_of_two(100)", "", 7),
    ("dbt_expectations.log_natural(1)", "::integer", 0),
    ("dbt_expectations.rand() ~ ' < 1'", "", True),
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


def test_fiscal_years_end_with_the_week_nearest_to_the_end_of_a_month(project: Make) -> None:
    shop = project(
        {
            "models/dim.sql": "{{ dbt_date.get_date_dimension('2015-01-01', '2020-01-01') }}",
            "models/fiscal.sql": "{{ dbt_date.get_fiscal_periods(ref('dim'), year_end_month=1, week_start_day=7) }}",
            "models/retail.sql": "{{ dbt_date.get_fiscal_periods(ref('dim'), year_end_month=1, week_start_day=1) }}",
        }
    )
    assert shop.invoke("run").success
    columns = "fiscal_year_number, fiscal_week_of_year, fiscal_period_number, fiscal_quarter_number"
    days = "date_day in ('2017-01-29', '2018-02-03', '2018-02-04', '2018-05-06')"
    # The calendar of American retail: its year 2017 has 53 weeks.
    assert shop.rows(f"select {columns} from retail where {days} order by date_day") == [
        (2017, 1, 1, 1),
        (2017, 53, 12, 4),
        (2018, 1, 1, 1),
        (2018, 14, 4, 2),
    ]
    assert shop.rows("select count(*) from (select date_day from fiscal group by 1 having count(*) > 1)") == [(0,)]
