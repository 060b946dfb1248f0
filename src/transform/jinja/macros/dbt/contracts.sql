{# Tables whose columns the project declares. #}

{%- macro get_table_columns_and_constraints() -%}
    {{ adapter.dispatch('get_table_columns_and_constraints', 'dbt')() }}
{%- endmacro -%}
{% macro default__get_table_columns_and_constraints() -%}{{ return(table_columns_and_constraints()) }}{%- endmacro %}

{% macro table_columns_and_constraints() %}
    {%- set columns = adapter.render_raw_columns_constraints(raw_columns=model['columns']) -%}
    {%- set constraints = adapter.render_raw_model_constraints(raw_constraints=model['constraints']) -%}
    (
        {{ (columns + constraints) | join(',\n        ') }}
    )
{% endmacro %}

{%- macro get_assert_columns_equivalent(sql) -%}
    {{ adapter.dispatch('get_assert_columns_equivalent', 'dbt')(sql) }}
{%- endmacro -%}
{% macro default__get_assert_columns_equivalent(sql) -%}{{ return(assert_columns_equivalent(sql)) }}{%- endmacro %}

{# The columns of the SQL and the declared ones, by name and type; their order is free. #}
{% macro assert_columns_equivalent(sql) %}
    {%- if not model['columns'] -%}{{ exceptions.raise_contract_error([], []) }}{%- endif -%}
    {%- set made = format_columns(get_column_schema_from_query(sql, config.get('sql_header', none))) -%}
    {%- set declared = format_columns(get_column_schema_from_query(get_empty_schema_sql(model['columns']))) -%}
    {%- set of_made = made | map(attribute='formatted') | sort | list -%}
    {%- set of_declared = declared | map(attribute='formatted') | sort | list -%}
    {%- if of_made != of_declared -%}
        {%- do exceptions.raise_contract_error(declared, made) -%}
    {%- endif -%}
{% endmacro %}

{% macro format_columns(columns) %}
    {%- set formatted = [] -%}
    {%- for column in columns -%}
        {%- do formatted.append(adapter.dispatch('format_column', 'dbt')(column)) -%}
    {%- endfor -%}
    {{ return(formatted) }}
{% endmacro %}
{% macro default__format_column(column) -%}
    {{ return({'name': column.name, 'data_type': column.dtype, 'formatted': column.column | lower ~ ' ' ~ column.dtype}) }}
{%- endmacro -%}

{% macro default__get_column_names() %}
    {%- for name, column in model['columns'].items() -%}
        {{ adapter.quote(column['name']) if column.get('quote') else column['name'] }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{% endmacro %}
{% macro get_column_names() %}({{ adapter.dispatch('get_column_names', 'dbt')() }}){% endmacro %}

{% macro get_select_subquery(sql) %}
    {{ return(adapter.dispatch('get_select_subquery', 'dbt')(sql)) }}
{% endmacro %}
{% macro default__get_select_subquery(sql) %}
    select {{ adapter.dispatch('get_column_names', 'dbt')() }}
    from (
        {{ sql }}
    ) as model_subq
{%- endmacro %}
