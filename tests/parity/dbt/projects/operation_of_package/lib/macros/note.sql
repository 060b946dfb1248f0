{% macro note_columns(model) %}
    {% set names = [] %}
    {% for column in adapter.get_columns_in_relation(ref(model)) %}
        {% do names.append(column.name) %}
        {% for field in column.fields %}{% do names.append(column.name ~ '.' ~ field.name ~ ' ' ~ field.dtype) %}{% endfor %}
    {% endfor %}
    {% do run_query("create table noted as select '" ~ names | join(', ') ~ "' as names") %}
    {% do adapter.commit() %}
{% endmacro %}
