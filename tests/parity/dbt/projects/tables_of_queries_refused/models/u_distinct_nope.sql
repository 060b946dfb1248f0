{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.distinct('nope') %}
{% endif %}
select 1 as id
