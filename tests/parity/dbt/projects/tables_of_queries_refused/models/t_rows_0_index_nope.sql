{% set made = tables() %}
{% set t = made.t %}
{% if execute %}
    {% do t.rows[0].index('nope') %}
{% endif %}
select 1 as id
