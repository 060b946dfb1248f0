{# Generic tests of dbt_utils. A package of that name in dbt_packages/ replaces all of them. #}

{% test unique_combination_of_columns(model, combination_of_columns, quote_columns=false) %}
    {{ return(adapter.dispatch('test_unique_combination_of_columns', 'dbt_utils')(model, combination_of_columns, quote_columns)) }}
{% endtest %}

{% macro default__test_unique_combination_of_columns(model, combination_of_columns, quote_columns=false) %}
    {%- set names = [] -%}
    {%- for column in combination_of_columns -%}
        {%- do names.append(adapter.quote(column) if quote_columns else column) -%}
    {%- endfor -%}
    {%- set key = names | join(', ') -%}
select {{ key }}
from {{ model }}
group by {{ key }}
having count(*) > 1
{% endmacro %}

{% test accepted_range(model, column_name, min_value=none, max_value=none, inclusive=true) %}
    {{ return(adapter.dispatch('test_accepted_range', 'dbt_utils')(model, column_name, min_value, max_value, inclusive)) }}
{% endtest %}

{# A null is in every range: whether it may be there is not_null's question. #}
{% macro default__test_accepted_range(model, column_name, min_value=none, max_value=none, inclusive=true) %}
    {%- set equal = '=' if inclusive else '' -%}
select *
from {{ model }}
where false
    {%- if min_value is not none %}
    or not {{ column_name }} >{{ equal }} {{ min_value }}
    {%- endif %}
    {%- if max_value is not none %}
    or not {{ column_name }} <{{ equal }} {{ max_value }}
    {%- endif %}
{% endmacro %}

{% test expression_is_true(model, expression, column_name=none) %}
    {{ return(adapter.dispatch('test_expression_is_true', 'dbt_utils')(model, expression, column_name)) }}
{% endtest %}

{% macro default__test_expression_is_true(model, expression, column_name=none) %}
select {{ '*' if should_store_failures() else '1' }}
from {{ model }}
where not({{ column_name ~ ' ' if column_name }}{{ expression }})
{% endmacro %}

{% test not_null_proportion(model, group_by_columns=[]) %}
    {{ return(adapter.dispatch('test_not_null_proportion', 'dbt_utils')(model, group_by_columns, **kwargs)) }}
{% endtest %}

{% macro default__test_not_null_proportion(model, group_by_columns) %}
    {%- set column_name = kwargs.get('column_name', kwargs.get('arg')) -%}
    {%- set at_least = kwargs.get('at_least', kwargs.get('arg')) -%}
    {%- set at_most = kwargs.get('at_most', kwargs.get('arg', 1)) -%}
    {%- set groups = group_by_columns | join(', ') -%}
with validation as (
    select {{ groups ~ ', ' if groups }}count({{ column_name }}) / cast(count(*) as {{ dbt.type_numeric() }}) as not_null_proportion
    from {{ model }}
    {{ 'group by ' ~ groups if groups }}
)
select {{ groups ~ ', ' if groups }}not_null_proportion
from validation
where not_null_proportion < {{ at_least }} or not_null_proportion > {{ at_most }}
{% endmacro %}

{% test not_empty_string(model, column_name, trim_whitespace=true) %}
    {{ return(adapter.dispatch('test_not_empty_string', 'dbt_utils')(model, column_name, trim_whitespace)) }}
{% endtest %}

{% macro default__test_not_empty_string(model, column_name, trim_whitespace=true) %}
select *
from {{ model }}
where {{ 'trim(' ~ column_name ~ ')' if trim_whitespace else column_name }} = ''
{% endmacro %}

{% test not_constant(model, column_name, group_by_columns=[]) %}
    {{ return(adapter.dispatch('test_not_constant', 'dbt_utils')(model, column_name, group_by_columns)) }}
{% endtest %}

{% macro default__test_not_constant(model, column_name, group_by_columns) %}
    {%- set groups = group_by_columns | join(', ') -%}
select {{ groups ~ ', ' if groups }}count(distinct {{ column_name }}) as filler_column
from {{ model }}
{{ 'group by ' ~ groups if groups }}
having count(distinct {{ column_name }}) = 1
{% endmacro %}

{% test at_least_one(model, column_name, group_by_columns=[]) %}
    {{ return(adapter.dispatch('test_at_least_one', 'dbt_utils')(model, column_name, group_by_columns)) }}
{% endtest %}

{% macro default__test_at_least_one(model, column_name, group_by_columns) %}
    {%- set groups = group_by_columns | join(', ') -%}
select {{ groups ~ ', ' if groups }}count({{ column_name }}) as filler_column
from {{ model }}
{{ 'group by ' ~ groups if groups }}
having count({{ column_name }}) = 0
{% endmacro %}

{% test cardinality_equality(model, column_name, to, field) %}
    {{ return(adapter.dispatch('test_cardinality_equality', 'dbt_utils')(model, column_name, to, field)) }}
{% endtest %}

{% macro default__test_cardinality_equality(model, column_name, to, field) %}
with table_a as (
    select {{ column_name }} as value, count(*) as num_rows from {{ model }} group by {{ column_name }}
),
table_b as (
    select {{ field }} as value, count(*) as num_rows from {{ to }} group by {{ field }}
)
(select * from table_a except select * from table_b)
union all
(select * from table_b except select * from table_a)
{% endmacro %}

{% test equal_rowcount(model, compare_model, group_by_columns=[]) %}
    {{ return(adapter.dispatch('test_equal_rowcount', 'dbt_utils')(model, compare_model, group_by_columns)) }}
{% endtest %}

{% macro default__test_equal_rowcount(model, compare_model, group_by_columns) %}
    {{ config(fail_calc='sum(coalesce(diff_count, 0))') }}
    {%- set groups = group_by_columns | join(', ') %}
with a as (
    select {{ groups ~ ', ' if groups }}count(*) as count_a from {{ model }} {{ 'group by ' ~ groups if groups }}
),
b as (
    select {{ groups ~ ', ' if groups }}count(*) as count_b from {{ compare_model }} {{ 'group by ' ~ groups if groups }}
)
select {{ groups ~ ', ' if groups }}count_a, count_b, abs(coalesce(count_a, 0) - coalesce(count_b, 0)) as diff_count
from a full join b {{ 'using (' ~ groups ~ ')' if groups else 'on true' }}
{% endmacro %}

{% test fewer_rows_than(model, compare_model, group_by_columns=[]) %}
    {{ return(adapter.dispatch('test_fewer_rows_than', 'dbt_utils')(model, compare_model, group_by_columns)) }}
{% endtest %}

{% macro default__test_fewer_rows_than(model, compare_model, group_by_columns) %}
    {{ config(fail_calc='sum(coalesce(row_count_delta, 0))') }}
    {%- set groups = group_by_columns | join(', ') %}
with a as (
    select {{ groups ~ ', ' if groups }}count(*) as count_our_model from {{ model }} {{ 'group by ' ~ groups if groups }}
),
b as (
    select {{ groups ~ ', ' if groups }}count(*) as count_comparison_model from {{ compare_model }} {{ 'group by ' ~ groups if groups }}
)
select {{ groups ~ ', ' if groups }}count_our_model, count_comparison_model,
    greatest(coalesce(count_our_model, 0) - coalesce(count_comparison_model, 0) + 1, 0) as row_count_delta
from a full join b {{ 'using (' ~ groups ~ ')' if groups else 'on true' }}
{% endmacro %}

{% test recency(model, field, datepart, interval, ignore_time_component=false, group_by_columns=[]) %}
    {{ return(adapter.dispatch('test_recency', 'dbt_utils')(model, field, datepart, interval, ignore_time_component, group_by_columns)) }}
{% endtest %}

{% macro default__test_recency(model, field, datepart, interval, ignore_time_component, group_by_columns) %}
    {%- set type = 'date' if ignore_time_component else dbt.type_timestamp() -%}
    {%- set groups = group_by_columns | join(', ') -%}
    {%- set threshold = 'cast(' ~ dbt.dateadd(datepart, interval * -1, dbt.current_timestamp()) ~ ' as ' ~ type ~ ')' -%}
with recency as (
    select {{ groups ~ ', ' if groups }}max(cast({{ field }} as {{ type }})) as most_recent
    from {{ model }}
    {{ 'group by ' ~ groups if groups }}
)
select {{ groups ~ ', ' if groups }}most_recent, {{ threshold }} as threshold
from recency
where most_recent < {{ threshold }}
{% endmacro %}

{% test relationships_where(model, column_name, to, field, from_condition='1=1', to_condition='1=1') %}
    {{ return(adapter.dispatch('test_relationships_where', 'dbt_utils')(model, column_name, to, field, from_condition, to_condition)) }}
{% endtest %}

{% macro default__test_relationships_where(model, column_name, to, field, from_condition, to_condition) %}
with left_table as (
    select {{ column_name }} as id from {{ model }} where {{ column_name }} is not null and {{ from_condition }}
),
right_table as (
    select {{ field }} as id from {{ to }} where {{ field }} is not null and {{ to_condition }}
)
select left_table.id, right_table.id as right_id
from left_table
left join right_table on left_table.id = right_table.id
where right_table.id is null
{% endmacro %}

{% test sequential_values(model, column_name, interval=1, datepart=none, group_by_columns=[]) %}
    {{ return(adapter.dispatch('test_sequential_values', 'dbt_utils')(model, column_name, interval, datepart, group_by_columns)) }}
{% endtest %}

{% macro default__test_sequential_values(model, column_name, interval, datepart, group_by_columns) %}
    {%- set previous = 'previous_' ~ dbt_utils.slugify(column_name) -%}
    {%- set groups = group_by_columns | join(', ') -%}
    {%- set step = dbt.dateadd(datepart, interval, previous) if datepart else previous ~ ' + ' ~ interval -%}
with windowed as (
    select {{ groups ~ ', ' if groups }}{{ column_name }},
        lag({{ column_name }}) over ({{ 'partition by ' ~ groups if groups }} order by {{ column_name }}) as {{ previous }}
    from {{ model }}
)
select *
from windowed
where not({{ ('cast(' ~ column_name ~ ' as timestamp) = cast(' ~ step ~ ' as timestamp)') if datepart else column_name ~ ' = ' ~ step }})
{% endmacro %}
