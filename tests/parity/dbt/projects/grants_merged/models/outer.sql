{{ config(grants={'+select': 'one'}) }}
select 1 as id
