{{ config(materialized='table') }}
select * from read_csv('out/second.csv')
