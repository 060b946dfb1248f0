{{ config(pre_hook="{{ send('commit') }} select 1") }}
select 1 as x
