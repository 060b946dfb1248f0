{{ config(materialized='incremental', incremental_strategy='insert_only', pre_hook="create table if not exists {{ target.schema }}.seen (what varchar)",
    post_hook=["insert into {{ target.schema }}.seen select 'in ' || count(*) from {{ this }}", {'sql': "insert into {{ target.schema }}.seen values ('out')", 'transaction': false}]) }}
select 1 as a, 'first' as way
