{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.join(u, 'nope') %}
{% endif %}
select 1 as id
