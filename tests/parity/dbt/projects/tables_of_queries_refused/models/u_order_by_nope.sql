{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.order_by('nope') %}
{% endif %}
select 1 as id
