{{ config(alias='of_helper') }} select 'helper' as a
