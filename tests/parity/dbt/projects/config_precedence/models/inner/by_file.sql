{{ config(materialized='view', tags=['file'], meta={'level': 'file', 'file': true}) }} select 1 as a
