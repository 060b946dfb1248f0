{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.to_json(namespace(write=[].append), newline=true, indent=2) %}
{% endif %}
select 1 as id
