{{ config(meta={'owner': 'ann'}) }}
select 1 as id
-- depends_on: {{ source('raw', 'customers') }}
