{# Names of dbt_utils that packages call. #}

{% macro surrogate_key(field_list) -%}
    {{ exceptions.warn('dbt_utils.surrogate_key is gone: use dbt_utils.generate_surrogate_key, which tells a null from an empty text') }}
    {{ return(adapter.dispatch('surrogate_key', 'dbt_utils')(field_list)) }}
{%- endmacro %}
{% macro default__surrogate_key(field_list) -%}
    {{ exceptions.raise_compiler_error('dbt_utils.surrogate_key is gone: use dbt_utils.generate_surrogate_key') }}
{%- endmacro %}

{% macro get_url_path(field) -%}
    {{ return(adapter.dispatch('get_url_path', 'dbt_utils')(field)) }}
{%- endmacro %}
{# What stands between the first slash after the host and the query. #}
{% macro default__get_url_path(field) -%}
    {%- set bare = "replace(replace(" ~ field ~ ", 'http://', ''), 'https://', '')" -%}
    {{ dbt.safe_cast(dbt.split_part("case when position('/' in " ~ bare ~ ") = 0 then '' else substr(" ~ bare ~ ", position('/' in " ~ bare ~ ") + 1) end", "'?'", 1), dbt.type_string()) }}
{%- endmacro %}

{% macro get_table_types_sql() -%}
    {{ return(adapter.dispatch('get_table_types_sql', 'dbt_utils')()) }}
{%- endmacro %}
{% macro default__get_table_types_sql() -%}
    case table_type when 'BASE TABLE' then 'table' when 'EXTERNAL TABLE' then 'external' when 'MATERIALIZED VIEW' then 'materializedview' else lower(table_type) end as "table_type"
{%- endmacro %}

{% macro get_tables_by_prefix_sql(schema, prefix, exclude='', database=target.database) -%}
    {{ return(adapter.dispatch('get_tables_by_prefix_sql', 'dbt_utils')(schema, prefix, exclude, database)) }}
{%- endmacro %}
{% macro default__get_tables_by_prefix_sql(schema, prefix, exclude='', database=target.database) -%}
    {{ dbt_utils.get_tables_by_pattern_sql(schema_pattern=schema, table_pattern=prefix ~ '%', exclude=exclude, database=database) }}
{%- endmacro %}

{# Both are questions that macros ask of what they were given. #}
{% macro _is_relation(obj, macro) -%}
    {%- if not (obj is mapping and obj.get('metadata', {}).get('type', '').endswith('Relation')) and obj.identifier is not defined -%}
        {%- do exceptions.raise_compiler_error(macro ~ ' takes a relation, as ref or source gives it, not ' ~ obj) -%}
    {%- endif -%}
{%- endmacro %}
{% macro _is_ephemeral(obj, macro) -%}
    {%- if obj.is_cte -%}
        {%- do exceptions.raise_compiler_error(macro ~ ' asks the database for ' ~ obj.name ~ ', which is ephemeral and so is not there') -%}
    {%- endif -%}
{%- endmacro %}

{% macro get_powers_of_two(upper_bound) -%}{{ return(adapter.dispatch('get_powers_of_two', 'dbt_utils')(upper_bound)) }}{%- endmacro %}
{% macro default__get_powers_of_two(upper_bound) -%}{{ return(dbt.get_powers_of_two(upper_bound)) }}{%- endmacro %}
