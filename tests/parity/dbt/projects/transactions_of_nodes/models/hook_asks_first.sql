{{ config(pre_hook="{{ make('stays_of_hook') }} create table undone_of_hook as select nonsense") }}
select 1 as x
