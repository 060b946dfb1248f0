{% set upstream = ref('c') %}
select count(*) as n, '{{ upstream.identifier }}' as came_from from {{ upstream }}
