{% set made = tables() %}
{% set f = made.f %}
{% if execute %}
    {% do f.bins('m') %}
{% endif %}
select 1 as id
