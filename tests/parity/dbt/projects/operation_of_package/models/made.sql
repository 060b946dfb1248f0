{% set made = api.Column('x', 'STRUCT(a DECIMAL(10, 2), b STRUCT(c VARCHAR))') %}
select '{{ made.flatten() | map(attribute='name') | join(' ') }}' as names
