{{ config(materialized='table', meta={'a': 1}) }} select 1 as id
