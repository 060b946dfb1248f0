{% set made = tables() %}
{% set e = made.e %}
{% if execute %}
    {% do e.pivot('b', 'a') %}
{% endif %}
select 1 as id
