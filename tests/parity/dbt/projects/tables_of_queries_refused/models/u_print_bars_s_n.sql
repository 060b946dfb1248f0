{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.print_bars('s', 'n') %}
{% endif %}
select 1 as id
