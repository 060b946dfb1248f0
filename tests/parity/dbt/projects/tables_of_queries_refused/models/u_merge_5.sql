{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.merge(5) %}
{% endif %}
select 1 as id
