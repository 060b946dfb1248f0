{% macro note(what) %}insert into log select count(*), '{{ what }}' from log{% endmacro %}
