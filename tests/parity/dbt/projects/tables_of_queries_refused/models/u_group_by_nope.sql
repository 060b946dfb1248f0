{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.group_by('nope') %}
{% endif %}
select 1 as id
