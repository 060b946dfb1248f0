{% macro get_show_sql(compiled_code, sql_header, limit) %}
{{ framed(compiled_code) }} limit {{ limit }}
{% endmacro %}

{% macro framed(sql) %}{{ framing(sql) }}{% endmacro %}

{% macro framing(sql) %}select * from ({{ sql }}) as framed{% endmacro %}
