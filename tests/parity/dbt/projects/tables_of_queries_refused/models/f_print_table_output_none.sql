{% set made = tables() %}
{% set f = made.f %}
{% if execute %}
    {% do f.print_table(output=none) %}
{% endif %}
select 1 as id
