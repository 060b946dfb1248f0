{% macro own() %}own{% endmacro %}
{% macro tell() %}
  {% do log(pk.get('one')(3), info=true) %}
  {% do log(pk.get('nope') is none, info=true) %}
  {% do log(pk.get('nope', 'default'), info=true) %}
  {% do log('one' in pk, info=true) %}
  {% do log('nope' in pk, info=true) %}
  {% do log(pk is mapping, info=true) %}
  {% do log(pk.keys() | sort | join(' '), info=true) %}
  {% do log(pk | list | sort | join(' '), info=true) %}
  {% do log(pk | length, info=true) %}
  {% do log(pk.values() | list | length, info=true) %}
  {% do log(dict(pk).keys() | sort | join(' '), info=true) %}
  {% for name, it in pk.items() | sort(attribute='0') %}{% do log(name ~ ' ' ~ it is callable, info=true) %}{% endfor %}
  {% for name, it in pk | dictsort %}{% do log(name, info=true) %}{% endfor %}
  {% do log(context['pk'].get('one')(), info=true) %}
  {% do log(context['pk'] is mapping, info=true) %}
  {% do log(parity.get('own')(), info=true) %}
  {% do log(dbt.get('type_string')(), info=true) %}
  {% do log(pk.nope is defined, info=true) %}
  {% do log(pk._helper(1), info=true) %}
  {% do log('a\n  b\nc', info=true) %}
{% endmacro %}
