{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.limit('x') %}
{% endif %}
select 1 as id
