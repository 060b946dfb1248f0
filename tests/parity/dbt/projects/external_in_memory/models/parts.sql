{{ config(materialized='external', location='out/parts', schema='apart', options={'partition_by': 'id', 'overwrite_or_ignore': 1}) }}
select 1 as id, 'p' as name
