{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.where('x') %}
{% endif %}
select 1 as id
