{# Tests of columns beside each other. #}

{% test expect_column_pair_values_A_to_be_greater_than_B(model, column_A, column_B, or_equal=False, row_condition=None) %}
    {{ dbt_expectations.expression_is_true(model, column_A ~ (' >= ' if or_equal else ' > ') ~ column_B, row_condition=row_condition) }}
{% endtest %}
{% test expect_column_pair_values_to_be_equal(model, column_A, column_B, row_condition=None) %}
    {{ dbt_expectations.expression_is_true(model, column_A ~ ' = ' ~ column_B, row_condition=row_condition) }}
{% endtest %}
{% test expect_column_pair_values_to_be_in_set(model, column_A, column_B, value_pairs_set, row_condition=None) %}
    {%- set pairs = [] -%}
    {%- for pair in value_pairs_set -%}
        {%- if pair | length != 2 -%}{{ exceptions.raise_compiler_error('value_pairs_set is a list of pairs, and ' ~ pair ~ ' is none') }}{%- endif -%}
        {%- do pairs.append('(' ~ column_A ~ ' = ' ~ pair[0] ~ ' and ' ~ column_B ~ ' = ' ~ pair[1] ~ ')') -%}
    {%- endfor %}
    {{ dbt_expectations.expression_is_true(model, '(' ~ pairs | join(' or ') ~ ')', row_condition=row_condition) }}
{% endtest %}

{% macro _named(columns, quote_columns) -%}
    {%- set names = [] -%}
    {%- for column in columns -%}{%- do names.append(adapter.quote(column) if quote_columns else column) -%}{%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
{% macro _unique(model, columns, considered, row_condition) -%}
    {%- set key = columns | join(', ') -%}
    select {{ key }}, count(*) as n_records from {{ model }} {{ dbt_expectations._where([considered, row_condition]) }} group by {{ key }} having count(*) > 1
{%- endmacro %}
{% test expect_compound_columns_to_be_unique(model, column_list, quote_columns=False, ignore_row_if='all_values_are_missing', row_condition=None) %}
    {%- set columns = dbt_expectations._named(column_list, quote_columns) %}
    {{ dbt_expectations._unique(model, columns, dbt_expectations.ignore_row_if_expression(ignore_row_if, columns), row_condition) }}
{% endtest %}
{% test expect_select_column_values_to_be_unique_within_record(model, column_list, quote_columns=False, ignore_row_if='all_values_are_missing', row_condition=None) %}
    {%- set columns = dbt_expectations._named(column_list, quote_columns) -%}
    {%- set equal = [] -%}
    {%- for one in columns -%}
        {%- for other in columns[loop.index:] -%}{%- do equal.append(one ~ ' is not distinct from ' ~ other) -%}{%- endfor -%}
    {%- endfor %}
select {{ columns | join(', ') }} from {{ model }}
{{ dbt_expectations._where([dbt_expectations.ignore_row_if_expression(ignore_row_if, columns), equal | join(' or '), row_condition]) }}
{% endtest %}
{% test expect_multicolumn_sum_to_equal(model, column_list, sum_total, group_by=None, row_condition=None) %}
    {%- set sums = [] -%}
    {%- for column in column_list -%}{%- do sums.append('sum(' ~ column ~ ')') -%}{%- endfor %}
    {{ dbt_expectations.expression_is_true(model, sums | join(' + ') ~ ' = ' ~ sum_total, group_by_columns=group_by, row_condition=row_condition) }}
{% endtest %}
