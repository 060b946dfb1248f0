{# A contract, for materializations that build their relation themselves. #}

{% macro get_assert_columns_equivalent(sql) -%}
    {{ return(adapter.dispatch('get_assert_columns_equivalent', 'dbt')(sql)) }}
{%- endmacro %}

{% macro default__get_assert_columns_equivalent(sql) -%}
    {{ return(assert_columns_equivalent(sql)) }}
{%- endmacro %}

{% macro assert_columns_equivalent(sql) -%}
    {%- set promised = format_columns(get_column_schema_from_query(get_empty_schema_sql(model['columns']))) -%}
    {%- set queried = format_columns(get_column_schema_from_query(sql, config.get('sql_header', none))) -%}
    {%- set unknown = queried | map(attribute='formatted') | reject('in', promised | map(attribute='formatted') | list) | list -%}
    {%- if unknown or promised | length != queried | length -%}
        {%- do adapter.assert_columns_equivalent(sql) -%}
        {%- do exceptions.raise_contract_error(promised, queried) -%}
    {%- endif -%}
{%- endmacro %}

{% macro get_table_columns_and_constraints() -%}
    {{ return(adapter.dispatch('get_table_columns_and_constraints', 'dbt')()) }}
{%- endmacro %}

{% macro default__get_table_columns_and_constraints() -%}
    {{ return(table_columns_and_constraints()) }}
{%- endmacro %}

{% macro table_columns_and_constraints() -%}
    {{ return(adapter.get_contract_definition()) }}
{%- endmacro %}

{% macro get_column_names() -%}
    ({{ adapter.dispatch('get_column_names', 'dbt')() }})
{%- endmacro %}

{% macro default__get_column_names() -%}
    {{ adapter.get_contract_columns() }}
{%- endmacro %}

{# The columns of a query in the form that a contract compares. #}
{% macro format_columns(columns) %}
    {%- set formatted = [] -%}
    {%- for column in columns -%}
        {%- do formatted.append(adapter.dispatch('format_column', 'dbt')(column)) -%}
    {%- endfor -%}
    {{ return(formatted) }}
{% endmacro %}

{% macro default__format_column(column) -%}
    {{ return({'name': column.name, 'data_type': column.dtype, 'formatted': column.column | lower ~ ' ' ~ column.dtype}) }}
{%- endmacro %}

{# The query with its columns in the order of the contract. #}
{% macro get_select_subquery(sql) -%}
    {{ return(adapter.dispatch('get_select_subquery', 'dbt')(sql)) }}
{%- endmacro %}

{% macro default__get_select_subquery(sql) -%}
    select {{ adapter.get_contract_columns() }}
    from (
        {{ sql }}
    ) as model_subq
{%- endmacro %}
