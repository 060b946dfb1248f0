{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.to_json(namespace(write=[].append), key='nope') %}
{% endif %}
select 1 as id
