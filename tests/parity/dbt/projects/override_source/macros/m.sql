{% macro source(schema, name) %}{{ return(builtins.source(schema, name).include(database=false)) }}{% endmacro %}
