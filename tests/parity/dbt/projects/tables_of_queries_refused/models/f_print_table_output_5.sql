{% set made = tables() %}
{% set f = made.f %}
{% if execute %}
    {% do f.print_table(output=5) %}
{% endif %}
select 1 as id
