{% set made = tables() %}
{% set t, u = made.t, made.u %}
{% if execute %}
    {% do u.join(t, 's', require_match=true) %}
{% endif %}
select 1 as id
