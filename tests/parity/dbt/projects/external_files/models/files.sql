{{ config(materialized="table") }}
-- depends_on: {{ ref("reads_all") }}
select regexp_replace(file, '_[0-9a-f-]{36}', '') as file from glob('out/**') where file not like '%.md'
