{{ config(materialized='table') }}
select {{ function('shout') }}('hi') as word
