{{ config(materialized='view', post_hook="insert into log select 'view', n from {{ this }}") }}
select count(*) as n from {{ ref('a') }}
