{% macro must_be(model, kind) %}
  {% if model.config.materialized != kind %}
    {% do exceptions.raise_compiler_error(model.name ~ " is no " ~ kind) %}
  {% endif %}
  {{ return(model.config.get('meta', {}).get('owner', 'nobody')) }}
{% endmacro %}
