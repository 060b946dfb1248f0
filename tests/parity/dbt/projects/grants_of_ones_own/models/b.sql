{{ config(grants={'select': ['z']}) }}
select 1 as id
