{% macro say(word) %}insert into main.said values (nextval('main.tick'), '{{ word }} {{ model.name }}'){% endmacro %}
