{# Tests that compare whole relations, ranges of rows, and values that must not be there. #}

{% test equality(model, compare_model, compare_columns=None, exclude_columns=None, precision=None) %}
    {{ return(adapter.dispatch('test_equality', 'dbt_utils')(model, compare_model, compare_columns, exclude_columns, precision)) }}
{% endtest %}

{# Rows that one of the two has and the other has not; with a precision, numbers count as far as their rounded digits. #}
{% macro default__test_equality(model, compare_model, compare_columns=None, exclude_columns=None, precision=None) %}
    {%- if compare_columns and exclude_columns -%}
        {{ exceptions.raise_compiler_error('equality takes compare_columns or exclude_columns, not both') }}
    {%- endif -%}
    {#- Set before the end of parsing: rows that differ, and by how many one side has more. -#}
    {{ config(fail_calc="count(*) + coalesce(abs(sum(case which_diff when 'a_minus_b' then 1 else -1 end)), 0)") }}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- do dbt_utils._is_relation(model, 'test_equality') -%}
    {%- set left_out = (exclude_columns or []) | map('lower') | list -%}
    {%- set expressions = [] -%}
    {%- if compare_columns and precision is none -%}
        {%- do expressions.extend(compare_columns) -%}
    {%- else -%}
        {%- set wanted = (compare_columns or []) | map('lower') | list -%}
        {%- for column in adapter.get_columns_in_relation(model) -%}
            {%- set lower = column.name | lower -%}
            {%- if lower not in left_out and (not wanted or lower in wanted) -%}
                {%- set name = adapter.quote(column.name) -%}
                {%- set rounds = precision is not none and column.data_type.split('(')[0] | upper in ['DECIMAL', 'NUMERIC', 'FLOAT', 'REAL', 'DOUBLE'] -%}
                {%- do expressions.append('round(' ~ name ~ ', ' ~ precision ~ ') as ' ~ name if rounds else name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if not exclude_columns and not compare_columns -%}
        {%- set of_model = adapter.get_columns_in_relation(model) | map(attribute='name') | map('lower') | sort | list -%}
        {%- set of_other = adapter.get_columns_in_relation(compare_model) | map(attribute='name') | map('lower') | sort | list -%}
        {%- if of_model != of_other -%}
            {{ exceptions.raise_compiler_error('the columns of ' ~ model ~ ' and ' ~ compare_model ~ ' differ: choose those to compare with compare_columns or exclude_columns') }}
        {%- endif -%}
    {%- endif -%}
    {%- set columns = expressions | join(', ') %}
with a as (select {{ columns }} from {{ model }}),
b as (select {{ columns }} from {{ compare_model }})
select 'a_minus_b' as which_diff, * from (select * from a {{ dbt.except() }} select * from b)
union all
select 'b_minus_a' as which_diff, * from (select * from b {{ dbt.except() }} select * from a)
{% endmacro %}

{% test not_accepted_values(model, column_name, values, quote=True) %}
    {{ return(adapter.dispatch('test_not_accepted_values', 'dbt_utils')(model, column_name, values, quote)) }}
{% endtest %}

{% macro default__test_not_accepted_values(model, column_name, values, quote=True) %}
    {%- set literals = [] -%}
    {%- for value in values -%}{%- do literals.append("'" ~ value ~ "'" if quote else value) -%}{%- endfor %}
select distinct {{ column_name }} as value_field
from {{ model }}
where {{ column_name }} in ({{ literals | join(', ') }})
{% endmacro %}

{% test mutually_exclusive_ranges(model, lower_bound_column, upper_bound_column, partition_by=None, gaps='allowed', zero_length_range_allowed=False) %}
    {{ return(adapter.dispatch('test_mutually_exclusive_ranges', 'dbt_utils')(model, lower_bound_column, upper_bound_column, partition_by, gaps, zero_length_range_allowed)) }}
{% endtest %}

{# Each range is compared with the next one: the last one of a partition may be open. #}
{% macro default__test_mutually_exclusive_ranges(model, lower_bound_column, upper_bound_column, partition_by=None, gaps='allowed', zero_length_range_allowed=False) %}
    {%- set comparisons = {'allowed': '<=', 'not_allowed': '=', 'required': '<'} -%}
    {%- if gaps not in comparisons -%}
        {{ exceptions.raise_compiler_error('gaps is allowed, not_allowed or required, not ' ~ gaps) }}
    {%- endif -%}
    {%- set over = ('partition by ' ~ partition_by ~ ' ' if partition_by else '') ~ 'order by ' ~ lower_bound_column ~ ', ' ~ upper_bound_column %}
with ranges as (
    select {{ partition_by ~ ' as partition_by_col, ' if partition_by }}{{ lower_bound_column }} as lower_bound, {{ upper_bound_column }} as upper_bound,
        lead({{ lower_bound_column }}) over ({{ over }}) as next_lower_bound,
        row_number() over ({{ ('partition by ' ~ partition_by ~ ' ') if partition_by }}order by {{ lower_bound_column }} desc, {{ upper_bound_column }} desc) = 1 as is_last_record
    from {{ model }}
)
select *
from ranges
where not coalesce(lower_bound {{ '<=' if zero_length_range_allowed else '<' }} upper_bound, is_last_record, false)
    or not coalesce(upper_bound {{ comparisons[gaps] }} next_lower_bound, is_last_record, false)
{% endmacro %}
