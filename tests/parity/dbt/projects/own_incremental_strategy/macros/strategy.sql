{% macro get_incremental_twice_sql(arg_dict) %}
    insert into {{ arg_dict['target_relation'] }} select * from {{ arg_dict['temp_relation'] }} union all select * from {{ arg_dict['temp_relation'] }}
{% endmacro %}
