{% macro get_incremental_default_sql(arg_dict) %}
    insert into {{ arg_dict['target_relation'] }} by name select *, 'default' as way from {{ arg_dict['temp_relation'] }} where false;
    insert into {{ arg_dict['target_relation'] }} select a, 'default' from {{ arg_dict['temp_relation'] }}
{% endmacro %}
{% macro duckdb__get_incremental_append_sql(arg_dict) %}
    insert into {{ arg_dict['target_relation'] }} select a, 'append of duckdb' from {{ arg_dict['temp_relation'] }}
{% endmacro %}
{% macro get_incremental_insert_only_sql(arg_dict) %}
    insert into {{ arg_dict['target_relation'] }}
    select a, '{{ arg_dict.unique_key }} {{ arg_dict.dest_columns | map(attribute="name") | join(" ") }}' from {{ arg_dict['temp_relation'] }}
{% endmacro %}
