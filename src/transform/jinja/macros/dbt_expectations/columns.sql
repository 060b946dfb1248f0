{# Tests of the values of one column. #}

{% test expect_column_values_to_be_null(model, column_name, row_condition=None) %}
    {{ dbt_expectations.expression_is_true(model, column_name ~ ' is null', row_condition=row_condition) }}
{% endtest %}
{% test expect_column_values_to_not_be_null(model, column_name, row_condition=None) %}
    {{ dbt_expectations.expression_is_true(model, column_name ~ ' is not null', row_condition=row_condition) }}
{% endtest %}
{% test expect_column_values_to_be_unique(model, column_name, row_condition=None) %}
    {{ dbt_expectations._unique(model, [column_name], '1 = 1', row_condition) }}
{% endtest %}

{% test expect_column_values_to_be_of_type(model, column_name, column_type) %}
    {{ dbt_expectations._type_test(model, column_name, [column_type]) }}
{% endtest %}
{% test expect_column_values_to_be_in_type_list(model, column_name, column_type_list) %}
    {{ dbt_expectations._type_test(model, column_name, column_type_list) }}
{% endtest %}
{# Names of types that mean the same are the same: DuckDB is asked. #}
{% macro _type_test(model, column_name, types) -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(model) if column.name | lower == column_name | lower -%}{%- do found.append(column.dtype) -%}{%- endfor -%}
    {%- endif -%}
    select '{{ found[0] if found else '' }}' as column_type
    where upper(column_type) not in ({% for type in types %}upper('{{ type }}'){{ ', ' if not loop.last }}{% endfor %})
    {%- for type in types %} and column_type <> coalesce(typeof(try_cast(null as {{ type }})), ''){% endfor %}
{%- endmacro %}

{% test expect_column_values_to_have_consistent_casing(model, column_name, display_inconsistent_columns=False) %}
    {%- if display_inconsistent_columns %}
select lower({{ column_name }}) as inconsistent_columns, count(distinct {{ column_name }}) as set_count_case_insensitive
from {{ model }} group by 1 having count(distinct {{ column_name }}) > 1
    {%- else %}
select count(distinct {{ column_name }}) as set_count, count(distinct lower({{ column_name }})) as set_count_case_insensitive
from {{ model }} having count(distinct {{ column_name }}) <> count(distinct lower({{ column_name }}))
    {%- endif %}
{% endtest %}

{% test expect_column_values_to_be_in_set(model, column_name, value_set, quote_values=True, row_condition=None) %}
select {{ column_name }} as value_field from {{ model }}
{{ dbt_expectations._where([column_name ~ ' not in (' ~ dbt_expectations._literals(value_set, quote_values) ~ ')', row_condition]) }}
{% endtest %}
{% test expect_column_values_to_not_be_in_set(model, column_name, value_set, quote_values=True, row_condition=None) %}
select {{ column_name }} as value_field from {{ model }}
{{ dbt_expectations._where([column_name ~ ' in (' ~ dbt_expectations._literals(value_set, quote_values) ~ ')', row_condition]) }}
{% endtest %}
{% test expect_column_values_to_be_between(model, column_name, min_value=None, max_value=None, row_condition=None, strictly=False) %}
    {{ dbt_expectations.expression_between(model, column_name, min_value, max_value, row_condition=row_condition, strictly=strictly) }}
{% endtest %}

{% test expect_column_values_to_be_increasing(model, column_name, sort_column=None, strictly=True, row_condition=None, group_by=None, step=None) %}
    {{ dbt_expectations._in_order(model, column_name, sort_column, '>', strictly, row_condition, group_by, step) }}
{% endtest %}
{% test expect_column_values_to_be_decreasing(model, column_name, sort_column=None, strictly=True, row_condition=None, group_by=None, step=None) %}
    {{ dbt_expectations._in_order(model, column_name, sort_column, '<', strictly, row_condition, group_by, step) }}
{% endtest %}
{% macro _in_order(model, column_name, sort_column, sign, strictly, row_condition, group_by, step) -%}
with ordered as (
    select {{ sort_column or column_name }} as sort_column, {{ column_name }} as value_field,
        lag({{ column_name }}) over ({{ 'partition by ' ~ (group_by | join(', ')) ~ ' ' if group_by }}order by {{ sort_column or column_name }}) as value_field_lag
    from {{ model }} {{ dbt_expectations._where([row_condition]) }}
)
select * from ordered
where value_field_lag is not null
    and not (value_field {{ sign }}{{ '' if strictly else '=' }} value_field_lag{{ ' and abs(value_field - value_field_lag) = ' ~ step if step }})
{%- endmacro %}

{% test expect_column_value_lengths_to_equal(model, column_name, value, row_condition=None) %}
    {{ dbt_expectations.expression_is_true(model, dbt.length(column_name) ~ ' = ' ~ value, row_condition=row_condition) }}
{% endtest %}
{% test expect_column_value_lengths_to_be_between(model, column_name, min_value=None, max_value=None, row_condition=None, strictly=False) %}
    {{ dbt_expectations.expression_between(model, dbt.length(column_name), min_value, max_value, row_condition=row_condition, strictly=strictly) }}
{% endtest %}

{# Some or all of the patterns match, or none of those that must not. #}
{% macro _matches(conditions, match_on, negated) -%}
    {%- if match_on not in ['any', 'all'] -%}{{ exceptions.raise_compiler_error('match_on is any or all, not ' ~ match_on) }}{%- endif -%}
    {{ return(('not ' if negated else '') ~ '(' ~ conditions | join(') ' ~ ('or' if match_on == 'any' else 'and') ~ (' not (' if negated else ' (')) ~ ')') }}
{%- endmacro %}
{% macro _regexes(column_name, regexes, is_raw, flags) -%}
    {%- set conditions = [] -%}
    {%- for regex in regexes -%}{%- do conditions.append(dbt_expectations.regexp_instr(column_name, regex, is_raw=is_raw, flags=flags) ~ ' > 0') -%}{%- endfor -%}
    {{ return(conditions) }}
{%- endmacro %}
{% test expect_column_values_to_match_regex(model, column_name, regex, row_condition=None, is_raw=False, flags='') %}
    {{ dbt_expectations.expression_is_true(model, dbt_expectations._matches(dbt_expectations._regexes(column_name, [regex], is_raw, flags), 'any', False), row_condition=row_condition) }}
{% endtest %}
{% test expect_column_values_to_not_match_regex(model, column_name, regex, row_condition=None, is_raw=False, flags='') %}
    {{ dbt_expectations.expression_is_true(model, dbt_expectations._matches(dbt_expectations._regexes(column_name, [regex], is_raw, flags), 'any', True), row_condition=row_condition) }}
{% endtest %}
{% test expect_column_values_to_match_regex_list(model, column_name, regex_list, match_on='any', row_condition=None, is_raw=False, flags='') %}
    {{ dbt_expectations.expression_is_true(model, dbt_expectations._matches(dbt_expectations._regexes(column_name, regex_list, is_raw, flags), match_on, False), row_condition=row_condition) }}
{% endtest %}
{% test expect_column_values_to_not_match_regex_list(model, column_name, regex_list, match_on='any', row_condition=None, is_raw=False, flags='') %}
    {{ dbt_expectations.expression_is_true(model, dbt_expectations._matches(dbt_expectations._regexes(column_name, regex_list, is_raw, flags), match_on, True), row_condition=row_condition) }}
{% endtest %}

{% macro _likes(column_name, patterns) -%}
    {%- set conditions = [] -%}
    {%- for pattern in patterns -%}{%- do conditions.append(column_name ~ " like '" ~ dbt.escape_single_quotes(pattern) ~ "'") -%}{%- endfor -%}
    {{ return(conditions) }}
{%- endmacro %}
{% test expect_column_values_to_match_like_pattern(model, column_name, like_pattern, row_condition=None) %}
    {{ dbt_expectations.expression_is_true(model, dbt_expectations._matches(dbt_expectations._likes(column_name, [like_pattern]), 'any', False), row_condition=row_condition) }}
{% endtest %}
{% test expect_column_values_to_not_match_like_pattern(model, column_name, like_pattern, row_condition=None) %}
    {{ dbt_expectations.expression_is_true(model, dbt_expectations._matches(dbt_expectations._likes(column_name, [like_pattern]), 'any', True), row_condition=row_condition) }}
{% endtest %}
{% test expect_column_values_to_match_like_pattern_list(model, column_name, like_pattern_list, match_on='any', row_condition=None) %}
    {{ dbt_expectations.expression_is_true(model, dbt_expectations._matches(dbt_expectations._likes(column_name, like_pattern_list), match_on, False), row_condition=row_condition) }}
{% endtest %}
{% test expect_column_values_to_not_match_like_pattern_list(model, column_name, like_pattern_list, match_on='any', row_condition=None) %}
    {{ dbt_expectations.expression_is_true(model, dbt_expectations._matches(dbt_expectations._likes(column_name, like_pattern_list), match_on, True), row_condition=row_condition) }}
{% endtest %}

{# With `take_logs`, the logarithms are compared; with differences, each value with the one before it. #}
{% test expect_column_values_to_be_within_n_stdevs(model, column_name, group_by=None, sigma_threshold=3) %}
with totals as (
    select {{ group_by | join(', ') ~ ', ' if group_by }}{{ 'sum(' ~ column_name ~ ')' if group_by else column_name }} as value_field
    from {{ model }} {{ 'group by ' ~ group_by | join(', ') if group_by }}
),
scored as (select *, (value_field - avg(value_field) over ()) / nullif(stddev(value_field) over (), 0) as value_field_sigma from totals)
select * from scored where abs(value_field_sigma) > {{ sigma_threshold }}
{% endtest %}
{% test expect_column_values_to_be_within_n_moving_stdevs(model, column_name, date_column_name, group_by=None, period='day', lookback_periods=1, trend_periods=7, test_periods=14, sigma_threshold=3, sigma_threshold_upper=None, sigma_threshold_lower=None, take_diffs=true, take_logs=true) %}
    {%- set groups = group_by | join(', ') if group_by -%}
    {%- set over = ('partition by ' ~ groups ~ ' ' if groups else '') ~ 'order by metric_period' %}
with totals as (
    select cast({{ dbt.date_trunc(period, date_column_name) }} as timestamp) as metric_period, {{ groups ~ ', ' if groups }}{{ 'ln(nullif(sum(' ~ column_name ~ '), 0))' if take_logs else 'sum(' ~ column_name ~ ')' }} as value
    from {{ model }} group by all
),
changes as (
    select *, {{ 'value - lag(value, ' ~ lookback_periods ~ ') over (' ~ over ~ ')' if take_diffs else 'value' }} as metric_test_value from totals
),
moving as (
    select *,
        avg(metric_test_value) over ({{ over }} rows between {{ trend_periods }} preceding and 1 preceding) as rolling_average,
        stddev(metric_test_value) over ({{ over }} rows between {{ trend_periods }} preceding and 1 preceding) as rolling_stddev
    from changes
),
scored as (select *, (metric_test_value - rolling_average) / nullif(rolling_stddev, 0) as metric_test_sigma from moving)
select * from scored
where metric_period >= cast({{ dbt.dateadd(period, -1 * test_periods, dbt.date_trunc(period, dbt_date.now())) }} as timestamp)
    and not (metric_test_sigma >= {{ sigma_threshold_lower if sigma_threshold_lower is not none else -1 * sigma_threshold }} and metric_test_sigma <= {{ sigma_threshold_upper if sigma_threshold_upper is not none else sigma_threshold }})
{% endtest %}
