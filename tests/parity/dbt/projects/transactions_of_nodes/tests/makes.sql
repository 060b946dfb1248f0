{{ make_in_transaction('undone_of_test') }}
select 1 as x where false
