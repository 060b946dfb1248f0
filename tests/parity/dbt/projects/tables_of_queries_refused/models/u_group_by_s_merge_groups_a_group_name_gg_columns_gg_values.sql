{% set made = tables() %}
{% set u = made.u %}
{% if execute %}
    {% do u.group_by('s').merge(groups=['a'], group_name='gg').columns['gg'].values() %}
{% endif %}
select 1 as id
