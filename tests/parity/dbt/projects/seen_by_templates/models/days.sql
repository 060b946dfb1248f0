select date '2026-02-03' as date_day
