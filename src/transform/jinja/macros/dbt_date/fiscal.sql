{# Years that end with a week: the one that begins in the last month of the year and ends nearest to that month's end. #}
{# `dates` is a date dimension as `get_date_dimension` makes it. #}
{% macro get_fiscal_year_dates(dates, year_end_month=12, week_start_day=1, shift_year=1) -%}
    {{ return(adapter.dispatch('get_fiscal_year_dates', 'dbt_date')(dates, year_end_month, week_start_day, shift_year)) }}
{%- endmacro %}

{% macro default__get_fiscal_year_dates(dates, year_end_month, week_start_day, shift_year) -%}
with fiscal_weeks as (
    select
        date_day as week_start_date,
        cast({{ dbt.dateadd('day', 6, 'date_day') }} as date) as week_end_date,
        year_number - {{ shift_year }} as fiscal_year_number,
        month_of_year,
        month_end_date
    from {{ dates }}
    where day_of_week = {{ week_start_day }}
),
fiscal_year_ends as (
    select
        fiscal_year_number,
        arg_min(week_end_date, abs({{ dbt.datediff('week_end_date', 'month_end_date', 'day') }})) as fiscal_year_end_date
    from fiscal_weeks
    where month_of_year = {{ year_end_month }}
    group by fiscal_year_number
),
fiscal_years as (
    select
        fiscal_year_number,
        cast({{ dbt.dateadd('day', 1, 'lag(fiscal_year_end_date) over (order by fiscal_year_end_date)') }} as date)
            as fiscal_year_start_date,
        fiscal_year_end_date
    from fiscal_year_ends
)
select
    days.date_day,
    years.fiscal_year_number,
    years.fiscal_year_start_date,
    years.fiscal_year_end_date,
    weeks.week_start_date,
    weeks.week_end_date,
    dense_rank() over (partition by years.fiscal_year_number order by weeks.week_start_date) as fiscal_week_of_year
from {{ dates }} as days
join fiscal_years as years on days.date_day between years.fiscal_year_start_date and years.fiscal_year_end_date
join fiscal_weeks as weeks on days.date_day between weeks.week_start_date and weeks.week_end_date
order by 1
{%- endmacro %}

{# Quarters of thirteen weeks in periods of four, five and four; a 53rd week belongs to the last period. #}
{% macro get_fiscal_periods(dates, year_end_month, week_start_day, shift_year=1) -%}
with fiscal_dates as (
    {{ dbt_date.get_fiscal_year_dates(dates, year_end_month, week_start_day, shift_year) }}
),
in_quarters as (
    select
        *,
        cast(least((fiscal_week_of_year - 1) // 13, 3) as integer) as quarters_before,
        case
            when fiscal_week_of_year = 53 or (fiscal_week_of_year - 1) % 13 >= 9 then 3
            when (fiscal_week_of_year - 1) % 13 >= 4 then 2
            else 1
        end as fiscal_period_of_quarter
    from fiscal_dates
),
in_periods as (
    select *, quarters_before * 3 + fiscal_period_of_quarter as fiscal_period_number from in_quarters
)
select
    date_day,
    fiscal_year_number,
    week_start_date,
    week_end_date,
    fiscal_week_of_year,
    dense_rank() over (partition by fiscal_period_number order by fiscal_week_of_year) as fiscal_week_of_period,
    fiscal_period_number,
    quarters_before + 1 as fiscal_quarter_number,
    fiscal_period_of_quarter
from in_periods
order by 1, 2
{%- endmacro %}

{# Python's own dates, for arithmetic in templates. #}
{% macro date(year, month, day) %}{{ return(modules.datetime.date(year, month, day)) }}{% endmacro %}

{% macro datetime(year, month, day, hour=0, minute=0, second=0, microsecond=0, tz=none) -%}
    {%- set zone = modules.pytz.timezone(tz if tz else var('dbt_date:time_zone', 'UTC')) -%}
    {{ return(modules.datetime.datetime(year=year, month=month, day=day, hour=hour, minute=minute, second=second, microsecond=microsecond, tzinfo=zone)) }}
{%- endmacro %}
