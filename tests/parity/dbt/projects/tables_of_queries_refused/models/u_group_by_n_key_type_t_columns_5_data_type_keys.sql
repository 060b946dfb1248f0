{% set made = tables() %}
{% set t, u = made.t, made.u %}
{% if execute %}
    {% do u.group_by('n', key_type=t.columns[5].data_type).keys() %}
{% endif %}
select 1 as id
