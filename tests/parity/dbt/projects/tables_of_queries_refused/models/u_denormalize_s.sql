{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.denormalize('s') %}
{% endif %}
select 1 as id
