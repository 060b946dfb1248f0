"""The generic tests of dbt_utils and dbt_expectations: each passes on data that it is for, and fails on data that it is against."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import Project

ONE_TO_FOUR = "select * from (values (1, 'a'), (2, 'b'), (3, 'b'), (4, null)) as t(n, t)"
DAYS = "select unnest(generate_series(date '2024-01-01', date '2024-01-05', interval 1 day)) as d, 1 as n"

#: The test, its arguments, and the SQL of a model that passes and of one that does not. `other` is another model.
Case = tuple[str, dict[str, Any], str, str]
U, E = "dbt_utils.", "dbt_expectations."
COLUMN = {"column_name": "n"}
TEXT = {"column_name": "t"}

CASES: list[Case] = [
    (U + "accepted_range", COLUMN | {"min_value": 1, "max_value": 4}, ONE_TO_FOUR, "select 5 as n"),
    (U + "accepted_range", COLUMN | {"min_value": 1, "inclusive": False}, "select 2 as n", "select 1 as n"),
    (U + "at_least_one", TEXT, ONE_TO_FOUR, "select null as t"),
    (
        U + "at_least_one",
        TEXT | {"group_by_columns": ["n"]},
        "select 1 as n, 'a' as t",
        "select unnest([1, 2]) as n, case n when 1 then 'a' end as t",
    ),
    (U + "cardinality_equality", COLUMN | {"to": "ref('other')", "field": "n"}, ONE_TO_FOUR, "select 1 as n"),
    (U + "equal_rowcount", {"compare_model": "ref('other')"}, ONE_TO_FOUR, "select 1 as n"),
    (U + "equality", {"compare_model": "ref('other')"}, ONE_TO_FOUR, "select n + 1 as n, t from (" + ONE_TO_FOUR + ")"),
    (
        U + "equality",
        {"compare_model": "ref('other')", "compare_columns": ["n"]},
        "select n, 'x' as t from (" + ONE_TO_FOUR + ")",
        "select 1 as n",
    ),
    (
        U + "equality",
        {"compare_model": "ref('other')", "exclude_columns": ["t"], "precision": 1},
        "select n + 0.01 as n, 'x' as t from (" + ONE_TO_FOUR + ")",
        "select n + 0.1 as n, t from (" + ONE_TO_FOUR + ")",
    ),
    (U + "expression_is_true", {"expression": "n + 1 > 1"}, ONE_TO_FOUR, "select 0 as n"),
    (U + "expression_is_true", COLUMN | {"expression": "> 0"}, ONE_TO_FOUR, "select 0 as n"),
    (U + "fewer_rows_than", {"compare_model": "ref('other')"}, "select 1 as n", ONE_TO_FOUR),
    (
        U + "mutually_exclusive_ranges",
        {"lower_bound_column": "a", "upper_bound_column": "b"},
        "select * from (values (1, 2), (2, 5), (7, null)) as t(a, b)",
        "select * from (values (1, 3), (2, 5)) as t(a, b)",
    ),
    (
        U + "mutually_exclusive_ranges",
        {"lower_bound_column": "a", "upper_bound_column": "b", "gaps": "not_allowed", "partition_by": "p"},
        "select * from (values (1, 1, 2), (1, 2, 5), (2, 1, 9)) as t(p, a, b)",
        "select * from (values (1, 1, 2), (1, 3, 5)) as t(p, a, b)",
    ),
    (U + "not_accepted_values", TEXT | {"values": ["x"]}, ONE_TO_FOUR, "select 'x' as t"),
    (U + "not_constant", COLUMN, ONE_TO_FOUR, "select 1 as n"),
    (U + "not_empty_string", TEXT, ONE_TO_FOUR, "select ' ' as t"),
    (U + "not_null_proportion", TEXT | {"at_least": 0.7}, ONE_TO_FOUR, "select unnest(['a', null]) as t"),
    (
        U + "recency",
        {"field": "d", "datepart": "day", "interval": 1},
        "select now() as d",
        "select date '2020-01-01' as d",
    ),
    (
        U + "relationships_where",
        COLUMN | {"to": "ref('other')", "field": "n", "from_condition": "n < 10"},
        "select unnest([1, 99]) as n",
        "select 9 as n",
    ),
    (U + "sequential_values", COLUMN, ONE_TO_FOUR, "select unnest([1, 3]) as n"),
    (
        U + "sequential_values",
        {"column_name": "d", "datepart": "day"},
        DAYS,
        "select unnest([date '2024-01-01', date '2024-01-03']) as d",
    ),
    (
        U + "unique_combination_of_columns",
        {"combination_of_columns": ["n", "t"]},
        ONE_TO_FOUR,
        "select 1 as n, 'a' as t from range(2)",
    ),
    (E + "expect_column_to_exist", {"column_name": "n"}, ONE_TO_FOUR, "select 1 as m"),
    (E + "expect_column_to_exist", {"column_name": "t", "column_index": 2}, ONE_TO_FOUR, "select 'a' as t, 1 as n"),
    (
        E + "expect_row_values_to_have_recent_data",
        {"column_name": "d", "datepart": "day", "interval": 1},
        "select now() as d",
        "select date '2020-01-01' as d",
    ),
    (
        E + "expect_grouped_row_values_to_have_recent_data",
        {"group_by": ["g"], "timestamp_column": "d", "datepart": "day", "interval": 1},
        "select 1 as g, now() as d",
        "select unnest([1, 2]) as g, case g when 1 then now() else timestamptz '2020-01-01 00:00:00+00' end as d",
    ),
    (
        E + "expect_table_aggregation_to_equal_other_table",
        {"expression": "sum(n)", "compare_model": "ref('other')"},
        "select 10 as n",
        "select 9 as n",
    ),
    (
        E + "expect_table_aggregation_to_equal_other_table",
        {"expression": "sum(n)", "compare_model": "ref('other')", "tolerance": 2},
        "select 9 as n",
        "select 7 as n",
    ),
    (
        E + "expect_table_column_count_to_be_between",
        {"min_value": 1, "max_value": 2},
        ONE_TO_FOUR,
        "select 1 as a, 2 as b, 3 as c",
    ),
    (
        E + "expect_table_column_count_to_equal_other_table",
        {"compare_model": "ref('other')"},
        ONE_TO_FOUR,
        "select 1 as a",
    ),
    (E + "expect_table_column_count_to_equal", {"value": 2}, ONE_TO_FOUR, "select 1 as a"),
    (E + "expect_table_columns_to_not_contain_set", {"column_list": ["x"]}, ONE_TO_FOUR, "select 1 as x"),
    (E + "expect_table_columns_to_contain_set", {"column_list": ["N"]}, ONE_TO_FOUR, "select 1 as x"),
    (
        E + "expect_table_columns_to_match_ordered_list",
        {"column_list": ["n", "t"]},
        ONE_TO_FOUR,
        "select 'a' as t, 1 as n",
    ),
    (E + "expect_table_columns_to_match_set", {"column_list": ["t", "n"]}, ONE_TO_FOUR, "select 1 as n"),
    (E + "expect_table_row_count_to_be_between", {"min_value": 2}, ONE_TO_FOUR, "select 1 as n"),
    (
        E + "expect_table_row_count_to_equal_other_table",
        {"compare_model": "ref('other')"},
        ONE_TO_FOUR,
        "select 1 as n",
    ),
    (
        E + "expect_table_row_count_to_equal_other_table",
        {"compare_model": "ref('other')", "group_by": ["n"]},
        ONE_TO_FOUR,
        "select unnest([1, 2, 3, 3]) as n",
    ),
    (
        E + "expect_table_row_count_to_equal_other_table_times_factor",
        {"compare_model": "ref('other')", "factor": 2},
        "from range(8)",
        ONE_TO_FOUR,
    ),
    (E + "expect_table_row_count_to_equal", {"value": 4}, ONE_TO_FOUR, "select 1 as n"),
    (E + "expect_table_row_count_to_equal", {"value": 1, "row_condition": "n = 1"}, ONE_TO_FOUR, "select 2 as n"),
    (E + "expect_column_values_to_be_null", TEXT, "select null as t", ONE_TO_FOUR),
    (
        E + "expect_column_values_to_not_be_null",
        TEXT | {"row_condition": "n < 4"},
        ONE_TO_FOUR,
        "select 1 as n, null as t",
    ),
    (E + "expect_column_values_to_be_unique", COLUMN, ONE_TO_FOUR, "select unnest([1, 1]) as n"),
    (E + "expect_column_values_to_be_of_type", COLUMN | {"column_type": "integer"}, ONE_TO_FOUR, "select 'a' as n"),
    (
        E + "expect_column_values_to_be_in_type_list",
        COLUMN | {"column_type_list": ["date", "int"]},
        ONE_TO_FOUR,
        "select 'a' as n",
    ),
    (E + "expect_column_values_to_have_consistent_casing", TEXT, ONE_TO_FOUR, "select unnest(['a', 'A']) as t"),
    (E + "expect_column_values_to_be_in_set", TEXT | {"value_set": ["a", "b"]}, ONE_TO_FOUR, "select 'c' as t"),
    (
        E + "expect_column_values_to_be_in_set",
        COLUMN | {"value_set": [1, 2, 3, 4], "quote_values": False},
        ONE_TO_FOUR,
        "select 5 as n",
    ),
    (
        E + "expect_column_values_to_not_be_in_set",
        TEXT | {"value_set": ["c", "it's"]},
        ONE_TO_FOUR,
        "select 'it''s' as t",
    ),
    (E + "expect_column_values_to_be_between", COLUMN | {"min_value": 1, "max_value": 4}, ONE_TO_FOUR, "select 5 as n"),
    (
        E + "expect_column_values_to_be_between",
        COLUMN | {"max_value": 5, "strictly": True},
        ONE_TO_FOUR,
        "select 5 as n",
    ),
    (
        E + "expect_column_values_to_be_increasing",
        COLUMN | {"sort_column": "k"},
        "select unnest([1, 2]) as k, k as n",
        "select unnest([1, 2]) as k, -k as n",
    ),
    (
        E + "expect_column_values_to_be_decreasing",
        COLUMN | {"sort_column": "k"},
        "select unnest([1, 2]) as k, -k as n",
        "select unnest([1, 2]) as k, k as n",
    ),
    (
        E + "expect_column_value_lengths_to_be_between",
        TEXT | {"min_value": 1, "max_value": 2},
        ONE_TO_FOUR,
        "select 'abc' as t",
    ),
    (E + "expect_column_value_lengths_to_equal", TEXT | {"value": 1}, ONE_TO_FOUR, "select 'ab' as t"),
    (E + "expect_column_values_to_match_regex", TEXT | {"regex": "^[ab]$"}, ONE_TO_FOUR, "select 'c' as t"),
    (
        E + "expect_column_values_to_match_regex",
        TEXT | {"regex": "^[AB]$", "flags": "i"},
        ONE_TO_FOUR,
        "select 'c' as t",
    ),
    (E + "expect_column_values_to_not_match_regex", TEXT | {"regex": "c"}, ONE_TO_FOUR, "select 'c' as t"),
    (E + "expect_column_values_to_match_regex_list", TEXT | {"regex_list": ["a", "b"]}, ONE_TO_FOUR, "select 'c' as t"),
    (
        E + "expect_column_values_to_match_regex_list",
        TEXT | {"regex_list": ["a", "b"], "match_on": "all"},
        "select 'ab' as t",
        "select 'a' as t",
    ),
    (
        E + "expect_column_values_to_not_match_regex_list",
        TEXT | {"regex_list": ["c", "d"], "match_on": "all"},
        ONE_TO_FOUR,
        "select 'd' as t",
    ),
    (
        E + "expect_column_values_to_match_like_pattern",
        TEXT | {"like_pattern": "a%"},
        "select 'ab' as t",
        "select 'b' as t",
    ),
    (
        E + "expect_column_values_to_not_match_like_pattern",
        TEXT | {"like_pattern": "c%"},
        ONE_TO_FOUR,
        "select 'cd' as t",
    ),
    (
        E + "expect_column_values_to_match_like_pattern_list",
        TEXT | {"like_pattern_list": ["a%", "b%"]},
        ONE_TO_FOUR,
        "select 'c' as t",
    ),
    (
        E + "expect_column_values_to_not_match_like_pattern_list",
        TEXT | {"like_pattern_list": ["c%", "d%"], "match_on": "all"},
        ONE_TO_FOUR,
        "select 'd' as t",
    ),
    (E + "expect_column_distinct_count_to_equal", TEXT | {"value": 2}, ONE_TO_FOUR, "select 'a' as t"),
    (E + "expect_column_distinct_count_to_be_greater_than", TEXT | {"value": 1}, ONE_TO_FOUR, "select 'a' as t"),
    (E + "expect_column_distinct_count_to_be_less_than", TEXT | {"value": 2}, "select 'a' as t", ONE_TO_FOUR),
    (
        E + "expect_column_distinct_count_to_equal_other_table",
        TEXT | {"compare_model": "ref('other')", "compare_column_name": "t"},
        ONE_TO_FOUR,
        "select 'a' as t",
    ),
    (
        E + "expect_column_distinct_values_to_be_in_set",
        TEXT | {"value_set": ["a", "b", "c"]},
        ONE_TO_FOUR,
        "select 'd' as t",
    ),
    (E + "expect_column_distinct_values_to_contain_set", TEXT | {"value_set": ["a"]}, ONE_TO_FOUR, "select 'd' as t"),
    (
        E + "expect_column_distinct_values_to_equal_set",
        COLUMN | {"value_set": [1, 2, 3, 4]},
        ONE_TO_FOUR,
        "select 1 as n",
    ),
    (
        E + "expect_column_most_common_value_to_be_in_set",
        TEXT | {"value_set": ["b"], "top_n": 1},
        ONE_TO_FOUR,
        "select 'a' as t",
    ),
    (E + "expect_column_max_to_be_between", COLUMN | {"min_value": 4, "max_value": 4}, ONE_TO_FOUR, "select 5 as n"),
    (E + "expect_column_min_to_be_between", COLUMN | {"min_value": 1, "max_value": 1}, ONE_TO_FOUR, "select 5 as n"),
    (E + "expect_column_mean_to_be_between", COLUMN | {"min_value": 2, "max_value": 3}, ONE_TO_FOUR, "select 5 as n"),
    (
        E + "expect_column_median_to_be_between",
        COLUMN | {"min_value": 2.5, "max_value": 2.5},
        ONE_TO_FOUR,
        "select 5 as n",
    ),
    (
        E + "expect_column_quantile_values_to_be_between",
        COLUMN | {"quantile": 0.95, "min_value": 3, "max_value": 4},
        ONE_TO_FOUR,
        "select 5 as n",
    ),
    (
        E + "expect_column_stdev_to_be_between",
        COLUMN | {"min_value": 1, "max_value": 2},
        ONE_TO_FOUR,
        "select unnest([1, 100]) as n",
    ),
    (E + "expect_column_sum_to_be_between", COLUMN | {"min_value": 10, "max_value": 10}, ONE_TO_FOUR, "select 5 as n"),
    (
        E + "expect_column_unique_value_count_to_be_between",
        COLUMN | {"min_value": 2, "max_value": 4},
        ONE_TO_FOUR,
        "select 5 as n",
    ),
    (
        E + "expect_column_proportion_of_unique_values_to_be_between",
        COLUMN | {"min_value": 0.9},
        ONE_TO_FOUR,
        "select unnest([1, 1]) as n",
    ),
    (
        E + "expect_column_pair_values_A_to_be_greater_than_B",
        {"column_A": "a", "column_B": "b"},
        "select 2 as a, 1 as b",
        "select 1 as a, 1 as b",
    ),
    (
        E + "expect_column_pair_values_to_be_equal",
        {"column_A": "a", "column_B": "b"},
        "select 1 as a, 1 as b",
        "select 2 as a, 1 as b",
    ),
    (
        E + "expect_column_pair_values_to_be_in_set",
        {"column_A": "a", "column_B": "b", "value_pairs_set": [[0, 1], [1, 0]]},
        "select 1 as a, 0 as b",
        "select 1 as a, 1 as b",
    ),
    (
        E + "expect_compound_columns_to_be_unique",
        {"column_list": ["n", "t"]},
        ONE_TO_FOUR,
        "select 1 as n, 'a' as t from range(2)",
    ),
    (
        E + "expect_select_column_values_to_be_unique_within_record",
        {"column_list": ["a", "b", "c"]},
        "select 1 as a, 2 as b, 3 as c",
        "select 1 as a, 2 as b, 1 as c",
    ),
    (
        E + "expect_multicolumn_sum_to_equal",
        {"column_list": ["a", "b"], "sum_total": 3},
        "select 1 as a, 2 as b",
        "select 1 as a, 1 as b",
    ),
    (
        E + "expect_column_values_to_be_within_n_stdevs",
        COLUMN | {"sigma_threshold": 2},
        ONE_TO_FOUR,
        "select unnest([1, 1, 1, 1, 1, 1, 1, 1, 100]) as n",
    ),
    (
        E + "expect_column_values_to_be_within_n_moving_stdevs",
        COLUMN | {"date_column_name": "d", "take_logs": False, "take_diffs": False},
        "select current_date - i::int as d, 100 + i % 2 as n from range(20) as t(i)",
        "select current_date - i::int as d, 100 + i % 2 + case i when 2 then 900 else 0 end as n from range(20) as t(i)",
    ),
    (
        E + "expect_row_values_to_have_data_for_every_n_datepart",
        {"date_col": "d", "date_part": "day"},
        DAYS,
        "select unnest([date '2024-01-01', date '2024-01-03']) as d",
    ),
    (
        E + "expect_row_values_to_have_data_for_every_n_datepart",
        {"date_col": "d", "date_part": "day", "exclusion_condition": "date_day = '2024-01-02'"},
        "select unnest([date '2024-01-01', date '2024-01-03']) as d",
        "select unnest([date '2024-01-01', date '2024-01-04']) as d",
    ),
    (E + "expression_is_true", {"expression": "n > 0"}, ONE_TO_FOUR, "select 0 as n"),
    (
        E + "equal_expression",
        {"expression": "sum(n)", "compare_expression": "count(*)"},
        "select 1 as n",
        "select 2 as n",
    ),
]


def name_of(index: int) -> str:
    """The test and the number of its case."""
    return f"{index:02}_{CASES[index][0].replace('.', '_')}"


def properties() -> str:
    """The tests of all models, in the form of JSON, which is YAML."""
    models: list[dict[str, Any]] = []
    for index, (test, arguments, _, _) in enumerate(CASES):
        for side in ("good", "bad"):
            named = f"{side}_{index:02}"
            models.append({"name": named, "data_tests": [{test: arguments | {"name": f"{side}_{name_of(index)}"}}]})
    return json.dumps({"version": 2, "models": models})


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """How each test ended, by its name: one build of one project."""
    from .conftest import PROFILE, PROJECT

    shop = Project(tmp_path_factory.mktemp("tests_of_packages"))
    files = {"dbt_project.yml": PROJECT, "profiles.yml": PROFILE, "models/properties.yml": properties()}
    files["models/other.sql"] = ONE_TO_FOUR
    for index, (_, _, good, bad) in enumerate(CASES):
        files |= {f"models/good_{index:02}.sql": good, f"models/bad_{index:02}.sql": bad}
    shop.add(files)
    result = shop.invoke("build")
    assert result.result is not None, result.exception
    return {outcome.node.name: f"{outcome.status} {outcome.message or ''}" for outcome in result.result}


@pytest.mark.parametrize("index", range(len(CASES)), ids=name_of)
def test_passes_and_fails(outcomes: dict[str, str], index: int) -> None:
    assert outcomes[f"good_{name_of(index)}"].startswith("pass")
    assert outcomes[f"bad_{name_of(index)}"].startswith("fail")


def test_equality_adds_by_how_much_one_side_has_more(outcomes: dict[str, str]) -> None:
    names = [name for name in sorted(outcomes) if name.startswith("bad") and name.endswith("dbt_utils_equality")]
    # Three of four rows are missing: three that differ, and three more on one side.
    assert "Got 6 results" in outcomes[names[1]]
