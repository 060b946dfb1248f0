{{ config(materialized='table') }}
{{ make_in_transaction('stays_of_text') }} {{ send('commit') }}
select 1 as x
