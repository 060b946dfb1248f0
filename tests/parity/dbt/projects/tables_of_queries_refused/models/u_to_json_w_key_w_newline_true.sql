{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.to_json(namespace(write=[].append), key='w', newline=true) %}
{% endif %}
select 1 as id
