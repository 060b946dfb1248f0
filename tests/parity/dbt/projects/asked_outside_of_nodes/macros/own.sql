{% macro duckdb__create_schema(relation) %}
    {% call statement('create_schema') %}create schema if not exists {{ relation.without_identifier() }}; create table if not exists {{ relation.without_identifier() }}.made_with_the_schema as select 1 as a{% endcall %}
{% endmacro %}
{% macro get_limit_sql(sql, limit) %}select * from ({{ sql }}) order by 1 desc limit {{ limit }}{% endmacro %}
{% macro get_show_sql(compiled_code, sql_header, limit) %}select 'shown' as how, * from ({{ compiled_code }}) limit {{ limit }}{% endmacro %}
{% macro collect_freshness(source, loaded_at_field, filter) %}
    {% call statement('own_freshness', fetch_result=true) %}select timestamp '2024-01-01' as newest, timestamp '2024-01-03' as asked{% endcall %}
    {{ return(load_result('own_freshness')) }}
{% endmacro %}
{% macro get_catalog_relations(information_schema, relations) %}
    {{ return(run_query("select 'warehouse' as table_database, 'main_fresh' as table_schema, 'a' as table_name, 'OF ITS OWN' as table_type, null as table_comment, 'me' as table_owner, 'id' as column_name, 1 as column_index, 'INTEGER' as column_type, 'asked for " ~ relations | map(attribute='identifier') | sort | join(' ') ~ "' as column_comment")) }}
{% endmacro %}
