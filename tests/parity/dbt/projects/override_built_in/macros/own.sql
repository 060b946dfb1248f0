{% macro default__test_not_null(model, column_name) %}select 1 as always_wrong{% endmacro %}
{% macro is_incremental() %}{{ return('asked the project') }}{% endmacro %}
