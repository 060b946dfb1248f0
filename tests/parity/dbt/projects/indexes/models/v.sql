{{ config(indexes=[{'columns': ['id']}]) }}
select 1 as id
