{% set given = ref('given') %}
select
    '{{ given is mapping }}' as is_mapping,
    '{{ given.get('metadata', {}).get('type', '').endswith('Relation') }}' as is_relation,
    '{{ given['identifier'] }}' as name,
    '{{ given.get('nothing', 'no') }}' as other
