{# Tests of a table's columns and rows as a whole. #}

{% macro _columns(relation, transform='upper') -%}
    {%- set names = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}{%- do names.append(dbt_expectations._transformed(column.name, transform)) -%}{%- endfor -%}
    {%- endif -%}
    {{ return(names) }}
{%- endmacro %}
{% macro _transformed(name, transform) -%}
    {{ return(name | upper if transform == 'upper' else (name | lower if transform == 'lower' else name)) }}
{%- endmacro %}
{% macro _all_transformed(names, transform) -%}
    {%- set out = [] -%}
    {%- for name in names -%}{%- do out.append(dbt_expectations._transformed(name, transform)) -%}{%- endfor -%}
    {{ return(out) }}
{%- endmacro %}
{# One row for each name; no row when there is none. #}
{% macro _rows_of(names) -%}
    {%- for name in names %}select '{{ dbt.escape_single_quotes(name) }}' as column_name{{ ' union all ' if not loop.last }}{% else %}select null as column_name where false{% endfor -%}
{%- endmacro %}
{% macro _missing_from(names, others) -%}
    {%- set missing = [] -%}
    {%- for name in names if name not in others -%}{%- do missing.append(name) -%}{%- endfor -%}
    {{ return(missing) }}
{%- endmacro %}

{% test expect_column_to_exist(model, column_name, column_index=None, transform='upper') %}
    {%- set names = dbt_expectations._columns(model, transform) -%}
    {%- set name = dbt_expectations._transformed(column_name, transform) -%}
    {%- set is_there = name in names and (column_index is none or names[column_index - 1] == name) %}
    {{ dbt_expectations._rows_of([] if is_there or not execute else [name]) }}
{% endtest %}

{% test expect_table_columns_to_contain_set(model, column_list, transform='upper') %}
    {%- set names = dbt_expectations._columns(model, transform) %}
    {{ dbt_expectations._rows_of(dbt_expectations._missing_from(dbt_expectations._all_transformed(column_list, transform), names) if execute else []) }}
{% endtest %}

{% test expect_table_columns_to_not_contain_set(model, column_list, transform='upper') %}
    {%- set unwanted = dbt_expectations._all_transformed(column_list, transform) -%}
    {%- set found = [] -%}
    {%- for name in dbt_expectations._columns(model, transform) if name in unwanted -%}{%- do found.append(name) -%}{%- endfor %}
    {{ dbt_expectations._rows_of(found) }}
{% endtest %}

{% test expect_table_columns_to_match_set(model, column_list, transform='upper') %}
    {%- set names = dbt_expectations._columns(model, transform) -%}
    {%- set wanted = dbt_expectations._all_transformed(column_list, transform) %}
    {{ dbt_expectations._rows_of(dbt_expectations._missing_from(wanted, names) + dbt_expectations._missing_from(names, wanted) if execute else []) }}
{% endtest %}

{% test expect_table_columns_to_match_ordered_list(model, column_list, transform='upper') %}
    {%- set names = dbt_expectations._columns(model, transform) -%}
    {%- set wanted = dbt_expectations._all_transformed(column_list, transform) %}
    {{ dbt_expectations._rows_of([] if names == wanted or not execute else [names | join(', ')]) }}
{% endtest %}

{% macro _column_count_test(model, holds) -%}
    select {{ dbt_expectations._columns(model) | length }} as number_columns where not ({{ holds }})
{%- endmacro %}
{% test expect_table_column_count_to_equal(model, value) %}
    {{ dbt_expectations._column_count_test(model, 'number_columns = ' ~ value) }}
{% endtest %}
{% test expect_table_column_count_to_be_between(model, min_value=None, max_value=None) %}
    {{ dbt_expectations._column_count_test(model, dbt_expectations._between('number_columns', min_value, max_value)) }}
{% endtest %}
{% test expect_table_column_count_to_equal_other_table(model, compare_model) %}
    {{ dbt_expectations._column_count_test(model, 'number_columns = ' ~ dbt_expectations._columns(compare_model) | length) }}
{% endtest %}

{% test expect_table_row_count_to_equal(model, value, group_by=None, row_condition=None) %}
    {{ dbt_expectations.expression_is_true(model, 'count(*) = ' ~ value, group_by_columns=group_by, row_condition=row_condition) }}
{% endtest %}
{% test expect_table_row_count_to_be_between(model, min_value=None, max_value=None, group_by=None, row_condition=None, strictly=False) %}
    {{ dbt_expectations.expression_between(model, 'count(*)', min_value, max_value, group_by, row_condition, strictly) }}
{% endtest %}
{% test expect_table_row_count_to_equal_other_table(model, compare_model, group_by=None, compare_group_by=None, factor=1, row_condition=None, compare_row_condition=None) %}
    {{ dbt_expectations.equal_expression(model, 'count(*)', compare_model, 'count(*) * ' ~ factor, group_by, compare_group_by, row_condition, compare_row_condition) }}
{% endtest %}
{% test expect_table_row_count_to_equal_other_table_times_factor(model, compare_model, factor, group_by=None, compare_group_by=None, row_condition=None, compare_row_condition=None) %}
    {{ dbt_expectations.equal_expression(model, 'count(*)', compare_model, 'count(*) * ' ~ factor, group_by, compare_group_by, row_condition, compare_row_condition) }}
{% endtest %}
{% test expect_table_aggregation_to_equal_other_table(model, expression, compare_model, compare_expression=None, group_by=None, compare_group_by=None, row_condition=None, compare_row_condition=None, tolerance=0.0, tolerance_percent=None) %}
    {{ dbt_expectations.equal_expression(model, expression, compare_model, compare_expression or expression, group_by, compare_group_by, row_condition, compare_row_condition, tolerance, tolerance_percent) }}
{% endtest %}
{% test equal_expression(model, expression, compare_model=None, compare_expression=None, group_by=None, compare_group_by=None, row_condition=None, compare_row_condition=None, tolerance=0.0, tolerance_percent=None) %}
    {{ dbt_expectations.equal_expression(model, expression, compare_model or model, compare_expression or expression, group_by, compare_group_by, row_condition, compare_row_condition, tolerance, tolerance_percent) }}
{% endtest %}

{# A group that only one side has counts as 0 there. #}
{% macro equal_expression(model, expression, compare_model, compare_expression, group_by=None, compare_group_by=None, row_condition=None, compare_row_condition=None, tolerance=0.0, tolerance_percent=None) -%}
    {%- set own, other = [], [] -%}
    {%- for column in group_by or [] -%}{%- do own.append(column ~ ' as col_' ~ loop.index) -%}{%- endfor -%}
    {%- for column in compare_group_by or group_by or [] -%}{%- do other.append(column ~ ' as col_' ~ loop.index) -%}{%- endfor -%}
    {%- set keys = [] -%}
    {%- for column in own -%}{%- do keys.append('col_' ~ loop.index) -%}{%- endfor %}
with a as (
    select {{ own | join(', ') ~ ', ' if own }}{{ expression }} as expression from {{ model }} {{ dbt_expectations._where([row_condition]) }} {{ 'group by ' ~ (group_by | join(', ')) if own }}
),
b as (
    select {{ other | join(', ') ~ ', ' if other }}{{ compare_expression }} as compare_expression from {{ compare_model }} {{ dbt_expectations._where([compare_row_condition]) }} {{ 'group by ' ~ ((compare_group_by or group_by) | join(', ')) if other }}
),
compared as (
    select *, abs(coalesce(expression, 0) - coalesce(compare_expression, 0)) as expression_difference,
        abs(coalesce(expression, 0) - coalesce(compare_expression, 0)) / nullif(expression * 1.0, 0) as expression_difference_percent
    from a full join b {{ 'using (' ~ keys | join(', ') ~ ')' if keys else 'on true' }}
)
select * from compared where {{ 'expression_difference_percent > ' ~ tolerance_percent if tolerance_percent else 'expression_difference > ' ~ tolerance }}
{%- endmacro %}

{% test expect_row_values_to_have_recent_data(model, column_name, datepart, interval, row_condition=None) %}
    {{ adapter.dispatch('test_expect_row_values_to_have_recent_data', 'dbt_expectations')(model, column_name, datepart, interval, row_condition) }}
{% endtest %}
{% macro default__test_expect_row_values_to_have_recent_data(model, column_name, datepart, interval, row_condition) %}
with newest as (
    select max(cast({{ column_name }} as {{ dbt.type_timestamp() }})) as max_timestamp from {{ model }}
    {{ dbt_expectations._where([column_name ~ ' is not null', 'cast(' ~ column_name ~ ' as timestamp) <= ' ~ dbt_date.now(), row_condition]) }}
)
select * from newest
where coalesce(max_timestamp < cast({{ dbt.dateadd(datepart, interval * -1, dbt_date.now()) }} as {{ dbt.type_timestamp() }}), true)
{% endmacro %}

{% test expect_grouped_row_values_to_have_recent_data(model, group_by, timestamp_column, datepart, interval, row_condition=None) %}
    {%- set groups = group_by | join(', ') %}
with newest as (
    select {{ groups }}, max(cast({{ timestamp_column }} as {{ dbt.type_timestamp() }})) as latest_timestamp_column from {{ model }}
    {{ dbt_expectations._where([timestamp_column ~ ' is not null', row_condition]) }}
    group by {{ groups }}
),
every_group as (select count(*) as groups from newest)
select {{ groups }}, latest_timestamp_column from newest
where latest_timestamp_column < cast({{ dbt.dateadd(datepart, interval * -1, dbt_date.now()) }} as {{ dbt.type_timestamp() }})
union all
select {% for _ in group_by %}null, {% endfor %}null from every_group where groups = 0
{% endtest %}

{% test expect_row_values_to_have_data_for_every_n_datepart(model, date_col, date_part='day', interval=None, row_condition=None, exclusion_condition=None, test_start_date=None, test_end_date=None) %}
    {%- set step = interval or 1 -%}
    {%- set first = "cast('" ~ test_start_date ~ "' as timestamp)" if test_start_date else "(select min(date_bin) from seen)" -%}
    {%- set last = "cast('" ~ test_end_date ~ "' as timestamp) - interval 1 microsecond" if test_end_date else "(select max(date_bin) from seen)" %}
with seen as (
    select distinct cast({{ dbt.date_trunc(date_part, date_col) }} as timestamp) as date_bin from {{ model }} {{ dbt_expectations._where([row_condition]) }}
),
bins as (
    select unnest(generate_series({{ first }}, {{ last }}, {{ step * 3 if date_part == 'quarter' else step }} * interval 1 {{ 'month' if date_part == 'quarter' else date_part }})) as date_bin
),
named as (select date_bin, date_bin as {{ 'date_' ~ date_part }} from bins)
select date_bin from named
where not exists (
    select 1 from seen where seen.date_bin >= named.date_bin and seen.date_bin < named.date_bin + {{ step * 3 if date_part == 'quarter' else step }} * interval 1 {{ 'month' if date_part == 'quarter' else date_part }}
)
{{ 'and not (' ~ exclusion_condition ~ ')' if exclusion_condition }}
{% endtest %}
