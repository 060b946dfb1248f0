{# What stands in the database, and what is told of it: catalog, freshness, comments, indexes. #}

{% macro information_schema_name(database) %}
    {{ return(adapter.dispatch('information_schema_name', 'dbt')(database)) }}
{% endmacro %}
{% macro default__information_schema_name(database) -%}
    {{ database ~ '.' if database }}INFORMATION_SCHEMA
{%- endmacro %}

{% macro get_catalog(information_schema, schemas) -%}
    {{ return(adapter.dispatch('get_catalog', 'dbt')(information_schema, schemas)) }}
{%- endmacro %}
{% macro default__get_catalog(information_schema, schemas) -%}
    {{ exceptions.raise_compiler_error('get_catalog is not there for ' ~ adapter.type()) }}
{%- endmacro %}
{% macro duckdb__get_catalog(information_schema, schemas) -%}
    {{ return(gristmill__catalog_where(information_schema, duckdb__get_catalog_schemas_where_clause_sql(schemas))) }}
{%- endmacro %}

{% macro get_catalog_relations(information_schema, relations) -%}
    {{ return(adapter.dispatch('get_catalog_relations', 'dbt')(information_schema, relations)) }}
{%- endmacro %}
{% macro default__get_catalog_relations(information_schema, relations) -%}
    {{ exceptions.raise_compiler_error('get_catalog_relations is not there for ' ~ adapter.type()) }}
{%- endmacro %}
{% macro duckdb__get_catalog_relations(information_schema, relations) -%}
    {{ return(gristmill__catalog_where(information_schema, duckdb__get_catalog_relations_where_clause_sql(relations))) }}
{%- endmacro %}

{% macro gristmill__catalog_where(information_schema, where) -%}
    {%- set sql -%}
        with tables as ({{ duckdb__get_catalog_tables_sql(information_schema) }} {{ where }}),
        columns as ({{ duckdb__get_catalog_columns_sql(information_schema) }} {{ where }})
        {{ duckdb__get_catalog_results_sql() }}
    {%- endset -%}
    {{ return(run_query(sql)) }}
{%- endmacro %}

{% macro duckdb__get_catalog_tables_sql(information_schema) -%}
    from (
        select database_name as table_database, schema_name as table_schema, table_name, 'BASE TABLE' as table_type, comment as table_comment
        from duckdb_tables()
        union all
        select database_name, schema_name, view_name, 'VIEW', comment
        from duckdb_views()
    ) as every_relation
    semi join (select '{{ information_schema.database }}' as wanted) as chosen on lower(table_database) = lower(wanted)
{%- endmacro %}

{% macro duckdb__get_catalog_columns_sql(information_schema) -%}
    from (
        select database_name as table_database, schema_name as table_schema, table_name, column_name, column_index,
            data_type as column_type, comment as column_comment
        from duckdb_columns()
    ) as every_column
    semi join (select '{{ information_schema.database }}' as wanted) as chosen on lower(table_database) = lower(wanted)
{%- endmacro %}

{% macro duckdb__get_catalog_results_sql() -%}
    select table_database, table_schema, table_name, table_type, table_comment,
        column_name, column_index, column_type, column_comment, null as table_owner
    from tables join columns using (table_database, table_schema, table_name)
    order by table_schema, table_name, column_index
{%- endmacro %}

{% macro duckdb__get_catalog_schemas_where_clause_sql(schemas) -%}
    where lower(table_schema) in ({% for schema in schemas %}lower('{{ schema }}'), {% endfor %}null)
{%- endmacro %}

{% macro duckdb__get_catalog_relations_where_clause_sql(relations) -%}
    where false
    {%- for relation in relations -%}
        {%- if not relation.schema -%}
            {%- do exceptions.raise_compiler_error('get_catalog_relations takes relations that have a schema') -%}
        {%- endif %}
        or (lower(table_schema) = lower('{{ relation.schema }}'){% if relation.identifier %} and lower(table_name) = lower('{{ relation.identifier }}'){% endif %})
    {%- endfor -%}
{%- endmacro %}

{% macro get_catalog_for_single_relation(relation) %}
    {{ return(adapter.dispatch('get_catalog_for_single_relation', 'dbt')(relation)) }}
{% endmacro %}
{% macro default__get_catalog_for_single_relation(relation) %}
    {{ exceptions.raise_not_implemented('get_catalog_for_single_relation is not there for ' ~ adapter.type()) }}
{% endmacro %}

{% macro get_relations() %}{{ return(adapter.dispatch('get_relations', 'dbt')()) }}{% endmacro %}
{% macro default__get_relations() %}
    {{ exceptions.raise_not_implemented('get_relations is not there for ' ~ adapter.type()) }}
{% endmacro %}

{% macro get_relation_last_modified(information_schema, relations) %}
    {{ return(adapter.dispatch('get_relation_last_modified', 'dbt')(information_schema, relations)) }}
{% endmacro %}
{% macro default__get_relation_last_modified(information_schema, relations) %}
    {{ exceptions.raise_not_implemented('get_relation_last_modified is not there for ' ~ adapter.type()) }}
{% endmacro %}

{% macro list_function_relations_without_caching(schema_relation) %}
    {{ return(adapter.dispatch('list_function_relations_without_caching', 'dbt')(schema_relation)) }}
{% endmacro %}
{% macro default__list_function_relations_without_caching(schema_relation) %}
    {{ exceptions.raise_not_implemented('list_function_relations_without_caching is not there for ' ~ adapter.type()) }}
{% endmacro %}

{% macro collect_freshness(source, loaded_at_field, filter) %}
    {{ return(adapter.dispatch('collect_freshness', 'dbt')(source, loaded_at_field, filter)) }}
{% endmacro %}
{% macro default__collect_freshness(source, loaded_at_field, filter) %}
    {%- call statement('collect_freshness', fetch_result=True, auto_begin=False) -%}
        select max({{ loaded_at_field }}) as max_loaded_at, {{ current_timestamp() }} as snapshotted_at
        from {{ source }}
        {{ 'where ' ~ filter if filter }}
    {%- endcall -%}
    {{ return(load_result('collect_freshness')) }}
{% endmacro %}

{% macro collect_freshness_custom_sql(source, loaded_at_query) %}
    {{ return(adapter.dispatch('collect_freshness_custom_sql', 'dbt')(source, loaded_at_query)) }}
{% endmacro %}
{% macro default__collect_freshness_custom_sql(source, loaded_at_query) %}
    {%- call statement('collect_freshness_custom_sql', fetch_result=True, auto_begin=False) -%}
        select ({{ loaded_at_query }}) as max_loaded_at, {{ current_timestamp() }} as snapshotted_at
    {%- endcall -%}
    {{ return(load_result('collect_freshness_custom_sql')) }}
{% endmacro %}

{% macro alter_relation_comment(relation, relation_comment) -%}
    {{ return(adapter.dispatch('alter_relation_comment', 'dbt')(relation, relation_comment)) }}
{%- endmacro %}
{% macro default__alter_relation_comment(relation, relation_comment) -%}
    {{ exceptions.raise_not_implemented('alter_relation_comment is not there for ' ~ adapter.type()) }}
{%- endmacro %}
{% macro duckdb__alter_relation_comment(relation, comment) %}
    comment on {{ relation.type }} {{ relation }} is {{ duckdb_escape_comment(comment) }};
{% endmacro %}

{% macro alter_column_comment(relation, column_dict) -%}
    {{ return(adapter.dispatch('alter_column_comment', 'dbt')(relation, column_dict)) }}
{%- endmacro %}
{% macro default__alter_column_comment(relation, column_dict) -%}
    {{ exceptions.raise_not_implemented('alter_column_comment is not there for ' ~ adapter.type()) }}
{%- endmacro %}
{% macro duckdb__alter_column_comment(relation, column_dict) %}
    {%- set there = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- for name, column in column_dict.items() if name in there %}
    comment on column {{ relation }}.{{ adapter.quote(name) if column['quote'] else name }} is {{ duckdb_escape_comment(column['description']) }};
    {%- endfor %}
{% endmacro %}

{# Whatever stands in a comment, but for this one word, needs no escape. #}
{% macro duckdb_escape_comment(comment) -%}
    {%- set quote = '$dbt_comment_literal_block$' -%}
    {%- if comment is not string -%}
        {%- do exceptions.raise_compiler_error('a comment is text, not ' ~ comment) -%}
    {%- elif quote in comment -%}
        {%- do exceptions.raise_compiler_error('a comment cannot hold ' ~ quote) -%}
    {%- endif -%}
    {{ quote ~ comment ~ quote }}
{%- endmacro %}

{# The documented columns that are there; of the others it warns. #}
{% macro validate_doc_columns(relation, column_dict, existing_column_names) %}
    {%- set lower = existing_column_names | map('lower') | list -%}
    {%- set found = {} -%}
    {%- set missing = [] -%}
    {%- for name, column in column_dict.items() -%}
        {%- set is_there = name in existing_column_names if column['quote'] else name | lower in lower -%}
        {%- if is_there -%}
            {%- do found.update({name: column}) -%}
        {%- else -%}
            {%- do missing.append(name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if missing -%}
        {{ exceptions.warn(relation.render() ~ ' has no column ' ~ missing | join(', ') ~ ', which its properties describe') }}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}

{% macro persist_docs(relation, model, for_relation=true, for_columns=true) -%}
    {{ return(adapter.dispatch('persist_docs', 'dbt')(relation, model, for_relation, for_columns)) }}
{%- endmacro %}
{% macro default__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- if for_relation and config.persist_relation_docs() and model.description -%}
        {%- do run_query(alter_relation_comment(relation, model.description)) -%}
    {%- endif -%}
    {%- if for_columns and config.persist_column_docs() and model.columns -%}
        {%- set there = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
        {%- set sql = alter_column_comment(relation, validate_doc_columns(relation, model.columns, there)) -%}
        {%- if sql | trim -%}{%- do run_query(sql) -%}{%- endif -%}
    {%- endif -%}
{%- endmacro %}

{% macro create_indexes(relation) -%}
    {{ adapter.dispatch('create_indexes', 'dbt')(relation) }}
{%- endmacro %}
{% macro default__create_indexes(relation) -%}
    {%- for index in config.get('indexes', default=[]) -%}
        {%- set sql = get_create_index_sql(relation, index) -%}
        {%- if sql -%}{%- do run_query(sql) -%}{%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{% macro get_create_index_sql(relation, index_dict) -%}
    {{ return(adapter.dispatch('get_create_index_sql', 'dbt')(relation, index_dict)) }}
{%- endmacro %}
{% macro default__get_create_index_sql(relation, index_dict) -%}{{ return(none) }}{%- endmacro %}
{% macro duckdb__get_create_index_sql(relation, index_dict) -%}
    {%- set index = adapter.parse_index(index_dict) -%}
    create {{ 'unique ' if index.unique }}index {{ adapter.quote(index.render(relation)) }} on {{ relation }} ({{ index.columns | join(', ') }})
{%- endmacro %}

{% macro get_drop_index_sql(relation, index_name) -%}
    {{ adapter.dispatch('get_drop_index_sql', 'dbt')(relation, index_name) }}
{%- endmacro %}
{% macro default__get_drop_index_sql(relation, index_name) -%}
    {{ exceptions.raise_compiler_error('get_drop_index_sql is not there for ' ~ adapter.type()) }}
{%- endmacro %}

{% macro get_show_indexes_sql(relation) -%}
    {{ adapter.dispatch('get_show_indexes_sql', 'dbt')(relation) }}
{%- endmacro %}
{% macro default__get_show_indexes_sql(relation) -%}
    {{ exceptions.raise_compiler_error('get_show_indexes_sql is not there for ' ~ adapter.type()) }}
{%- endmacro %}

{% macro drop_indexes_on_relation(relation) -%}
    {%- set sql -%}
        select index_name from duckdb_indexes()
        where lower(database_name) = lower('{{ relation.database }}') and lower(schema_name) = lower('{{ relation.schema }}')
            and lower(table_name) = lower('{{ relation.identifier }}')
    {%- endset -%}
    {%- for row in run_query(sql) -%}
        {%- do run_query('drop index if exists ' ~ relation.without_identifier() ~ '.' ~ adapter.quote(row[0])) -%}
    {%- endfor -%}
{%- endmacro %}

{% macro get_list_of_column_names(columns) -%}
    {{ return(columns | map(attribute='name') | list) }}
{%- endmacro %}

{% macro get_empty_schema_sql(columns) -%}
    {{ return(adapter.dispatch('get_empty_schema_sql', 'dbt')(columns)) }}
{%- endmacro %}
{% macro default__get_empty_schema_sql(columns) %}
    {%- set untyped = [] -%}
    {%- set loose = [] -%}
    select
    {%- for name, column in columns.items() -%}
        {%- if not column['data_type'] -%}
            {%- do untyped.append(column['name']) -%}
        {%- elif column['data_type'] | trim | lower in ('numeric', 'decimal', 'number') -%}
            {%- do loose.append(column['name']) -%}
        {%- endif %}
        {{ cast('null', column['data_type']) }} as {{ adapter.quote(column['name']) if column.get('quote') else column['name'] }}{{ ',' if not loop.last }}
    {%- endfor -%}
    {%- if untyped -%}{{ exceptions.column_type_missing(column_names=untyped) }}{%- endif -%}
    {%- if loose -%}{{ exceptions.warn('a number without precision and scale may be rounded: ' ~ loose | join(', ')) }}{%- endif -%}
{% endmacro %}

{% macro get_show_sql(compiled_code, sql_header, limit) -%}
    {{ sql_header if sql_header is not none }}
    {{ get_limit_subquery_sql(compiled_code, limit) }}
{%- endmacro %}

{%- macro get_limit_subquery_sql(sql, limit) -%}
    {{ adapter.dispatch('get_limit_sql', 'dbt')(sql, limit) }}
{%- endmacro -%}
{% macro default__get_limit_sql(sql, limit) %}
    {{ sql }}
    {{ 'limit ' ~ limit if limit is not none }}
{% endmacro %}

{% macro is_core_v2() -%}
    {{ return(dbt_version.split('.')[0] == '2') }}
{%- endmacro %}

{% macro get_snapshot_get_time_data_type() %}
    {%- set columns = get_column_schema_from_query('select ' ~ adapter.dispatch('snapshot_get_time', 'dbt')() ~ ' as dbt_snapshot_time') -%}
    {{ return(columns[0].dtype or none) }}
{% endmacro %}

{% macro generate_latest_version_pointer_alias(custom_alias_name=none, node=none) -%}
    {%- do return(adapter.dispatch('generate_latest_version_pointer_alias', 'dbt')(custom_alias_name, node)) -%}
{%- endmacro %}
{% macro default__generate_latest_version_pointer_alias(custom_alias_name=none, node=none) -%}
    {{ custom_alias_name | trim if custom_alias_name else node.name }}
{%- endmacro %}
