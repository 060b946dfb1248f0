{{ config(enabled=false) }}select 2 as id
