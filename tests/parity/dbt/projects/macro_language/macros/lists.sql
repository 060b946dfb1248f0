{% macro evens(upto) %}
    {% set found = [] %}
    {% for i in range(upto) %}
        {% if i % 2 == 0 %}{% do found.append(i) %}{% endif %}
    {% endfor %}
    {{ return(found) }}
    this is never seen
{% endmacro %}
{% macro first_over(values, bound) %}
    {% for value in values if value > bound %}{{ return(value) }}{% endfor %}
    {{ return(none) }}
{% endmacro %}
