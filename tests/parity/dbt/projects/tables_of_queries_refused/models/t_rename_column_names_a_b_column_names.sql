{% set made = tables() %}
{% set t = made.t %}
{% if execute %}
    {% do t.rename(column_names=['a', 'b']).column_names %}
{% endif %}
select 1 as id
