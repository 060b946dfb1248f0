{{ config(materialized='external', pre_hook="create table if not exists seen (n int)", post_hook="insert into seen select count(*) from {{ this }}") }}
select 7 as id, 'changed' as name, 'new' as more
