{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.bins('n') %}
{% endif %}
select 1 as id
