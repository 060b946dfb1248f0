{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.homogenize('n', ['z']) %}
{% endif %}
select 1 as id
