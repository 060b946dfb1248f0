select 1 as id from (select '{{ source('raw', 't') }}')
