{{ config(store_failures=true) }}
{{ make_in_transaction('stays_of_test') }}
select 1 as x
