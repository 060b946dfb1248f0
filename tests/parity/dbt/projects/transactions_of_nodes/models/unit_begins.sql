{{ send('begin') }}
select 1 as x
