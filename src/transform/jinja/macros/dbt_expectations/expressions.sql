{# What the tests below are made of: an expression over rows or groups, and the rows where it does not hold. #}

{% test expression_is_true(model, expression, group_by_columns=None, row_condition=None) %}
    {{ dbt_expectations.expression_is_true(model, expression, group_by_columns=group_by_columns, row_condition=row_condition) }}
{% endtest %}

{% macro truth_expression(expression) -%}
    {{ return(adapter.dispatch('truth_expression', 'dbt_expectations')(expression)) }}
{%- endmacro %}
{% macro default__truth_expression(expression) -%}{{ expression }} as expression{%- endmacro %}

{% macro expression_is_true(model, expression, test_condition='= true', group_by_columns=None, row_condition=None) -%}
    {{ return(adapter.dispatch('expression_is_true', 'dbt_expectations')(model, expression, test_condition, group_by_columns, row_condition)) }}
{%- endmacro %}
{# A row for which the expression is null passes, as one for which it is true. #}
{% macro default__expression_is_true(model, expression, test_condition, group_by_columns, row_condition) -%}
    {%- set groups = (group_by_columns or []) | join(', ') %}
with grouped_expression as (
    select {{ groups ~ ', ' if groups }}{{ dbt_expectations.truth_expression(expression) }}
    from {{ model }}
    {{ 'where ' ~ row_condition if row_condition }}
    {{ 'group by ' ~ groups if groups }}
)
select * from grouped_expression where not (expression {{ test_condition }})
{%- endmacro %}

{# `value` within limits of which either may be left out. #}
{% macro _between(value, min_value, max_value, strictly=False) -%}
    {%- set equal = '' if strictly else '=' -%}
    {%- set parts = [] -%}
    {%- if min_value is not none -%}{%- do parts.append(value ~ ' >' ~ equal ~ ' ' ~ min_value) -%}{%- endif -%}
    {%- if max_value is not none -%}{%- do parts.append(value ~ ' <' ~ equal ~ ' ' ~ max_value) -%}{%- endif -%}
    {%- if not parts -%}{{ exceptions.raise_compiler_error('give min_value, max_value or both') }}{%- endif -%}
    {{ return('(' ~ parts | join(' and ') ~ ')') }}
{%- endmacro %}

{% macro expression_between(model, expression, min_value=None, max_value=None, group_by_columns=None, row_condition=None, strictly=False) -%}
    {{ dbt_expectations.expression_is_true(model, dbt_expectations._between(expression, min_value, max_value, strictly), group_by_columns=group_by_columns, row_condition=row_condition) }}
{%- endmacro %}

{% macro _literals(values, quote_values=True) -%}
    {%- set literals = [] -%}
    {%- for value in values -%}
        {%- do literals.append("'" ~ dbt.escape_single_quotes(value) ~ "'" if quote_values else value) -%}
    {%- endfor -%}
    {{ return(literals | join(', ')) }}
{%- endmacro %}

{% macro _where(conditions) -%}
    {%- set given = conditions | select | list -%}
    {{ return('where (' ~ given | join(') and (') ~ ')' if given else '') }}
{%- endmacro %}

{% macro regexp_instr(source_value, regexp, position=1, occurrence=1, is_raw=False, flags='') -%}
    {{ return(adapter.dispatch('regexp_instr', 'dbt_expectations')(source_value, regexp, position, occurrence, is_raw, flags)) }}
{%- endmacro %}
{# 1 when the text is found and 0 when not: where it stands is not asked. #}
{% macro default__regexp_instr(source_value, regexp, position, occurrence, is_raw, flags) -%}
    cast(regexp_matches({{ source_value }}, '{{ dbt.escape_single_quotes(regexp) }}'{{ ", '" ~ flags ~ "'" if flags }}) as integer)
{%- endmacro %}

{% macro median(field) -%}{{ dbt_expectations.percentile_cont(field, 0.5) }}{%- endmacro %}
{% macro percentile_cont(field, quantile, partition=None) -%}
    quantile_cont({{ field }}, {{ quantile }}){{ ' over (partition by ' ~ partition ~ ')' if partition }}
{%- endmacro %}
{% macro log_natural(x) -%}{{ return(adapter.dispatch('log_natural', 'dbt_expectations')(x)) }}{%- endmacro %}
{% macro default__log_natural(x) -%}ln({{ x }}){%- endmacro %}
{% macro rand() -%}{{ return(adapter.dispatch('rand', 'dbt_expectations')()) }}{%- endmacro %}
{% macro default__rand() -%}random(){%- endmacro %}
{% macro group_by(n) -%}group by {{ range(1, n + 1) | join(', ') }}{%- endmacro %}
{% macro ignore_row_if_expression(ignore_row_if, columns) -%}
    {%- if ignore_row_if not in ['all_values_are_missing', 'any_value_is_missing', 'never'] -%}
        {{ exceptions.raise_compiler_error('ignore_row_if is all_values_are_missing, any_value_is_missing or never, not ' ~ ignore_row_if) }}
    {%- endif -%}
    {%- if ignore_row_if == 'never' -%}{{ return('1 = 1') }}{%- endif -%}
    {{ return('not (' ~ columns | join(' is null ' ~ ('and ' if ignore_row_if == 'all_values_are_missing' else 'or ')) ~ ' is null)') }}
{%- endmacro %}
