{{ config(freshness={'warn_after': {'count': 1, 'period': 'day'}}) }} select 1 as id
