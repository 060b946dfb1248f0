{# What is DuckDB's own: files outside of it, partitions of DuckLake, and dbt-duckdb's names of what is the default here. #}

{% macro duckdb__create_schema(relation) -%}{{ return(dbt.default__create_schema(relation)) }}{%- endmacro %}
{% macro duckdb__drop_schema(relation) -%}{{ return(dbt.default__drop_schema(relation)) }}{%- endmacro %}
{% macro duckdb__list_schemas(database) -%}{{ return(dbt.default__list_schemas(database)) }}{%- endmacro %}
{% macro duckdb__check_schema_exists(information_schema, schema) -%}
    {{ return(dbt.default__check_schema_exists(information_schema, schema)) }}
{%- endmacro %}
{% macro duckdb__list_relations_without_caching(schema_relation) -%}
    {{ return(dbt.default__list_relations_without_caching(schema_relation)) }}
{%- endmacro %}
{% macro duckdb__get_columns_in_relation(relation) -%}{{ return(dbt.default__get_columns_in_relation(relation)) }}{%- endmacro %}
{% macro duckdb__drop_relation(relation) -%}{{ return(dbt.default__drop_relation(relation)) }}{%- endmacro %}
{% macro duckdb__rename_relation(from_relation, to_relation) -%}
    {{ return(dbt.default__rename_relation(from_relation, to_relation)) }}
{%- endmacro %}
{% macro duckdb__make_temp_relation(base_relation, suffix) -%}
    {{ return(dbt.default__make_temp_relation(base_relation, suffix)) }}
{%- endmacro %}
{% macro duckdb__create_view_as(relation, sql) -%}{{ return(dbt.default__create_view_as(relation, sql)) }}{%- endmacro %}
{% macro duckdb__alter_relation_add_remove_columns(relation, add_columns, remove_columns) -%}
    {{ return(dbt.default__alter_relation_add_remove_columns(relation, add_columns, remove_columns)) }}
{%- endmacro %}
{% macro duckdb__generate_series(upper_bound) %}{{ return(dbt.default__generate_series(upper_bound)) }}{% endmacro %}

{# A header is run before: `describe` takes one query and nothing before it. #}
{% macro duckdb__get_empty_subquery_sql(select_sql, select_sql_header=none) %}
    {%- if select_sql_header is not none -%}{%- do run_query(select_sql_header) -%}{%- endif -%}
    {{ dbt.default__get_empty_subquery_sql(select_sql) }}
{% endmacro %}

{% macro duckdb__dispatch_temporary_relation(target_relation, batch_id='') %}
    {%- do return({'relation': make_temp_relation(target_relation), 'temporary': true}) -%}
{% endmacro %}

{% macro normalize_string_or_list(raw, field_name) -%}
    {%- set items = [] if raw is none else ([raw] if raw is string else raw) -%}
    {%- if items is mapping or items is not sequence or items | reject('string') | list -%}
        {{ exceptions.raise_compiler_error(field_name ~ ' is a text or a list of texts') }}
    {%- endif -%}
    {{ return(items | list) }}
{%- endmacro -%}

{# Only the table itself is laid out, not what is built on the way to it. #}
{% macro duckdb__get_partitioned_by(relation, temporary) -%}
    {%- set parts = normalize_string_or_list(config.get('partitioned_by') or config.get('partition_by') or none, 'partitioned_by') -%}
    {%- if temporary or not parts or (this and relation.identifier != this.identifier) -%}{{ return(none) }}{%- endif -%}
    {%- if not adapter.is_ducklake(relation) -%}
        {%- do adapter.warn_once('partitioned_by is for DuckLake only, and is left out for ' ~ relation) -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(parts | join(', ')) }}
{%- endmacro %}
{% macro duckdb__get_sorted_by(relation, temporary) -%}
    {%- set parts = normalize_string_or_list(config.get('sorted_by') or config.get('sort_by') or none, 'sorted_by') -%}
    {%- if temporary or not parts or (this and relation.identifier != this.identifier) -%}{{ return(none) }}{%- endif -%}
    {%- if not adapter.is_ducklake(relation) -%}
        {%- do adapter.warn_once('sorted_by is for DuckLake only, and is left out for ' ~ relation) -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(get_quoted_csv(parts)) }}
{%- endmacro %}
{% macro duckdb__alter_table_set_partitioned_by(relation, partitioned_by) -%}
    alter table {{ relation }} set partitioned by ({{ partitioned_by }});
{%- endmacro %}
{% macro duckdb__alter_table_set_sorted_by(relation, sorted_by) -%}
    alter table {{ relation }} set sorted by ({{ sorted_by }});
{%- endmacro %}

{% macro external_location(relation, config) -%}
    {%- set partitioned = config.get('options', {}).get('partition_by') is not none -%}
    {{ adapter.external_root() }}/{{ relation.identifier }}{{ '' if partitioned else '.' ~ config.get('format', 'parquet') }}
{%- endmacro -%}
{% macro location_exists(location) -%}{%- do return(adapter.location_exists(location)) -%}{%- endmacro %}
{% macro write_to_file(relation, location, options) -%}
    {%- call statement('write_to_file') -%}copy {{ relation }} to '{{ location }}' ({{ options }}){%- endcall -%}
{%- endmacro %}
{% macro store_relation(plugin, relation, location, format, config) -%}
    {%- do adapter.store_relation(plugin, relation, adapter.get_columns_in_relation(relation), location, format, config) -%}
{%- endmacro %}
{% macro render_write_options(config) -%}
    {%- set options = config.get('options', {}) -%}
    {%- if options is not mapping -%}
        {%- do exceptions.raise_compiler_error('options is a mapping, not ' ~ options) -%}
    {%- endif -%}
    {%- for key, value in options.items() | list -%}{%- do options.update({key: render(value)}) -%}{%- endfor -%}
    {%- for key in ['format', 'delimiter'] if config.get(key) -%}{%- do options.update({key: render(config.get(key))}) -%}{%- endfor -%}
    {%- do return(options) -%}
{%- endmacro %}

{# Views over the files of external models that are not part of this run but of what it reads. #}
{%- macro register_upstream_external_models() -%}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set seen = [] -%}
    {%- for id in selected_resources if id in graph.nodes -%}
        {%- for parent in graph.nodes[id].depends_on.nodes if parent not in selected_resources and parent not in seen -%}
            {%- do seen.append(parent) -%}
            {%- set upstream = graph.nodes.get(parent) -%}
            {%- if upstream and upstream.resource_type in ('model', 'seed') and upstream.config.materialized == 'external' -%}
                {%- set relation = api.Relation.create(database=upstream.database, schema=upstream.schema, identifier=upstream.alias) -%}
                {%- set location = upstream.config.get('location', external_location(relation, upstream.config)) -%}
                {%- set readable = adapter.external_read_location(location, render_write_options(upstream.config)) -%}
                {%- do run_query('create schema if not exists ' ~ relation.without_identifier()) -%}
                {%- call statement('main', auto_begin=False) -%}
                    create or replace view {{ relation }} as (select * from '{{ readable }}')
                {%- endcall -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor %}
{% endmacro -%}

{% macro default__get_or_create_relation(database, schema, identifier, type) -%}
    {%- set existing = adapter.get_relation(database=database, schema=schema, identifier=identifier) -%}
    {{ return([existing is not none, existing or api.Relation.create(database=database, schema=schema, identifier=identifier, type=type)]) }}
{%- endmacro %}

{# The part from the end: -1 is the last one. #}
{% macro _split_part_negative(string_text, delimiter_text, part_number) %}
    split_part({{ string_text }}, {{ delimiter_text }}, length({{ string_text }}) - length(replace({{ string_text }}, {{ delimiter_text }}, '')) + 2 + {{ part_number }})
{% endmacro %}

{% macro duckdb__last_day(date, datepart) -%}
    {{ return(dbt.default__last_day(date, datepart)) }}
{%- endmacro %}
