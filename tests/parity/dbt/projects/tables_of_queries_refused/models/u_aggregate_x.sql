{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.aggregate('x') %}
{% endif %}
select 1 as id
