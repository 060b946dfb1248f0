{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.denormalize('n', 'w', 's') %}
{% endif %}
select 1 as id
