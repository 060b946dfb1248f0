{% set made = tables() %}
{% set t = made.t %}
{% if execute %}
    {% do t.group_by('d').to_json(namespace(write=[].append), nested=true) %}
{% endif %}
select 1 as id
