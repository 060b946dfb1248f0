{% set made = tables() %}
{% set t = made.t %}
{% if execute %}
    {% do t.to_json(namespace(write=[].append), key='i') %}
{% endif %}
select 1 as id
