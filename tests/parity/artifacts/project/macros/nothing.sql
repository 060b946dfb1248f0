{% macro nothing(what='') %}{{ return('') }}{% endmacro %} {% macro shout(text) %}{{ log(text, info=true) }}{% do run_query('select 1') %}{% endmacro %}
