{{ config(alias='same') }} select 2 as a
