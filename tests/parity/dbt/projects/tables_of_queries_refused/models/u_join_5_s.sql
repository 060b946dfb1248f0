{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.join(5, 's') %}
{% endif %}
select 1 as id
