{% macro note(text='nothing', often=1) %}{% do log(text * often) %}{% endmacro %}
