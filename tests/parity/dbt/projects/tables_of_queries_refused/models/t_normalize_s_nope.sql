{% set made = tables() %}
{% set t = made.t %}
{% if execute %}
    {% do t.normalize('s', 'nope') %}
{% endif %}
select 1 as id
