{# Rows that a test is given, and rows that it expects. #}

{% macro get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
    {{ adapter.dispatch('get_unit_test_sql', 'dbt')(main_sql, expected_fixture_sql, expected_column_names) }}
{%- endmacro %}
{% macro default__get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
    {%- set columns = expected_column_names | join(', ') -%}
    with dbt_internal_unit_test_actual as (
        select {{ columns }}, 'actual' as {{ adapter.quote('actual_or_expected') }} from ({{ main_sql }}) as _actual
    ),
    dbt_internal_unit_test_expected as (
        select {{ columns }}, 'expected' as {{ adapter.quote('actual_or_expected') }} from ({{ expected_fixture_sql }}) as _expected
    )
    select * from dbt_internal_unit_test_actual
    union all
    select * from dbt_internal_unit_test_expected
{%- endmacro %}

{# A column that a row leaves out is null, with the type that the relation gives it. #}
{% macro get_fixture_sql(rows, column_name_to_data_types) %}
    {%- set types, quoted = {}, {} -%}
    {%- if column_name_to_data_types -%}
        {%- do types.update(column_name_to_data_types) -%}
    {%- else -%}
        {%- set known = defer_relation if (defer_relation and not load_relation(this)) else this -%}
        {%- for column in adapter.get_columns_in_relation(known) -%}
            {%- do types.update({column.name | lower: column.data_type}) -%}
            {%- do quoted.update({column.name | lower: column.quoted}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if not types -%}
        {{ exceptions.raise_compiler_error('the columns of ' ~ this ~ ' are not known for the unit test ' ~ model.name ~ ': the relation does not exist; build it first') }}
    {%- endif -%}
    {%- set empty = {} -%}
    {%- for name, type in types.items() -%}{%- do empty.update({name: safe_cast('null', type) | trim}) -%}{%- endfor -%}
    {{ validate_fixture_rows(rows, row_number) }}
    {%- for row in (rows or [{}]) %}
    select
        {%- for name, value in dict(empty, **format_row(row, types)).items() %} {{ value }} as {{ quoted.get(name, name) }}{{ ',' if not loop.last }}{% endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'limit 0' if not rows }}
{% endmacro %}

{% macro get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted) %}
    {%- for row in rows %}
    select
        {%- for name, value in format_row(row, column_name_to_data_types).items() %} {{ value }} as {{ column_name_to_quoted[name] }}{{ ',' if not loop.last }}{% endfor %}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select * from dbt_internal_unit_test_actual limit 0
    {%- endfor %}
{% endmacro %}

{%- macro format_row(row, column_name_to_data_types) -%}
    {%- set formatted = {} -%}
    {%- for given, value in row.items() -%}
        {%- set name = given | lower -%}
        {%- if name not in column_name_to_data_types -%}
            {{ exceptions.raise_compiler_error('there is no column ' ~ name ~ ' for the fixture of ' ~ model.name ~ '; its columns are ' ~ column_name_to_data_types.keys() | join(', ')) }}
        {%- endif -%}
        {%- set literal = dbt.string_literal(dbt.escape_single_quotes(value)) if value is string else ('null' if value is none else value) -%}
        {%- do formatted.update({name: safe_cast(literal, column_name_to_data_types[name])}) -%}
    {%- endfor -%}
    {{ return(formatted) }}
{%- endmacro -%}

{%- macro validate_fixture_rows(rows, row_number) -%}
    {{ return(adapter.dispatch('validate_fixture_rows', 'dbt')(rows, row_number)) }}
{%- endmacro -%}
{%- macro default__validate_fixture_rows(rows, row_number) -%}{%- endmacro -%}
