{% macro first_called() %}{{ called_by_it() }}{% endmacro %}

{% macro called_by_it() %}{% endmacro %}

{% macro never_called() %}{% endmacro %}
