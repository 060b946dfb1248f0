{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.where() %}
{% endif %}
select 1 as id
