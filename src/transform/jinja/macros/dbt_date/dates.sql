{# Dates of the calendar, as dbt_date names them. `date` is any expression; `tz` a time zone, by default var('dbt_date:time_zone'). #}

{% macro time_zone() -%}{{ return(var('dbt_date:time_zone', 'UTC')) }}{%- endmacro %}

{% macro convert_timezone(column, target_tz=None, source_tz=None) -%}
    {{ return(adapter.dispatch('convert_timezone', 'dbt_date')(column, target_tz or dbt_date.time_zone(), source_tz or 'UTC')) }}
{%- endmacro %}
{% macro default__convert_timezone(column, target_tz, source_tz) -%}
    cast(cast({{ column }} as timestamp) at time zone '{{ source_tz }}' at time zone '{{ target_tz }}' as {{ dbt.type_timestamp() }})
{%- endmacro %}

{% macro now(tz=None) -%}{{ dbt_date.convert_timezone("now() at time zone 'UTC'", tz) }}{%- endmacro %}
{% macro today(tz=None) -%}cast({{ dbt_date.now(tz) }} as date){%- endmacro %}
{% macro yesterday(date=None, tz=None) -%}{{ dbt_date.n_days_ago(1, date, tz) }}{%- endmacro %}
{% macro tomorrow(date=None, tz=None) -%}{{ dbt_date.n_days_away(1, date, tz) }}{%- endmacro %}

{% macro n_days_ago(n, date=None, tz=None) -%}
    cast({{ dbt.dateadd('day', -1 * n, dbt_date._day(date, tz)) }} as date)
{%- endmacro %}
{% macro n_days_away(n, date=None, tz=None) -%}{{ dbt_date.n_days_ago(-1 * n, date, tz) }}{%- endmacro %}
{% macro n_weeks_ago(n, tz=None) -%}{{ dbt_date._periods_ago('week', n, tz) }}{%- endmacro %}
{% macro n_weeks_away(n, tz=None) -%}{{ dbt_date._periods_ago('week', -1 * n, tz) }}{%- endmacro %}
{% macro n_months_ago(n, tz=None) -%}{{ dbt_date._periods_ago('month', n, tz) }}{%- endmacro %}
{% macro n_months_away(n, tz=None) -%}{{ dbt_date._periods_ago('month', -1 * n, tz) }}{%- endmacro %}
{% macro last_week(tz=None) -%}{{ dbt_date.n_weeks_ago(1, tz) }}{%- endmacro %}
{% macro next_week(tz=None) -%}{{ dbt_date.n_weeks_away(1, tz) }}{%- endmacro %}
{% macro last_month(tz=None) -%}{{ dbt_date.n_months_ago(1, tz) }}{%- endmacro %}
{% macro next_month(tz=None) -%}{{ dbt_date.n_months_away(1, tz) }}{%- endmacro %}
{% macro last_month_number(tz=None) -%}{{ dbt_date.date_part('month', dbt_date.last_month(tz)) }}{%- endmacro %}
{% macro next_month_number(tz=None) -%}{{ dbt_date.date_part('month', dbt_date.next_month(tz)) }}{%- endmacro %}
{% macro last_month_name(short=True, tz=None) -%}{{ dbt_date.month_name(dbt_date.last_month(tz), short) }}{%- endmacro %}
{% macro next_month_name(short=True, tz=None) -%}{{ dbt_date.month_name(dbt_date.next_month(tz), short) }}{%- endmacro %}

{% macro _day(date, tz) -%}{{ date if date else dbt_date.today(tz) }}{%- endmacro %}
{% macro _periods_ago(period, n, tz) -%}
    cast({{ dbt.date_trunc(period, dbt.dateadd(period, -1 * n, dbt_date.today(tz))) }} as date)
{%- endmacro %}

{% macro date_part(datepart, date) -%}
    {{ return(adapter.dispatch('date_part', 'dbt_date')(datepart, date)) }}
{%- endmacro %}
{% macro default__date_part(datepart, date) -%}date_part('{{ datepart }}', {{ date }}){%- endmacro %}

{# 1 is Sunday; of the ISO week 1 is Monday. #}
{% macro day_of_week(date, isoweek=true) -%}
    {{ return(adapter.dispatch('day_of_week', 'dbt_date')(date, isoweek)) }}
{%- endmacro %}
{% macro default__day_of_week(date, isoweek) -%}
    {{ dbt_date.date_part('isodow', date) if isoweek else '(' ~ dbt_date.date_part('dow', date) ~ ' + 1)' }}
{%- endmacro %}
{% macro day_of_month(date) -%}{{ dbt_date.date_part('day', date) }}{%- endmacro %}
{% macro day_of_year(date) -%}{{ dbt_date.date_part('dayofyear', date) }}{%- endmacro %}

{% macro day_name(date, short=True, language='default') -%}
    {{ return(adapter.dispatch('day_name', 'dbt_date')(date, short)) }}
{%- endmacro %}
{% macro default__day_name(date, short) -%}strftime(cast({{ date }} as timestamp), '{{ '%a' if short else '%A' }}'){%- endmacro %}
{% macro month_name(date, short=True, language='default') -%}
    {{ return(adapter.dispatch('month_name', 'dbt_date')(date, short)) }}
{%- endmacro %}
{% macro default__month_name(date, short) -%}strftime(cast({{ date }} as timestamp), '{{ '%b' if short else '%B' }}'){%- endmacro %}

{# Weeks begin on Sunday; those of ISO on Monday. #}
{% macro week_start(date) -%}{{ return(adapter.dispatch('week_start', 'dbt_date')(date)) }}{%- endmacro %}
{% macro default__week_start(date) -%}
    cast({{ date }} as date) - cast({{ dbt_date.date_part('dow', date) }} as integer)
{%- endmacro %}
{% macro week_end(date) -%}{{ return(adapter.dispatch('week_end', 'dbt_date')(date)) }}{%- endmacro %}
{% macro default__week_end(date) -%}({{ dbt_date.week_start(date) }} + 6){%- endmacro %}
{% macro week_of_year(date) -%}{{ return(adapter.dispatch('week_of_year', 'dbt_date')(date)) }}{%- endmacro %}
{% macro default__week_of_year(date) -%}cast(strftime(cast({{ date }} as timestamp), '%U') as integer){%- endmacro %}
{% macro iso_week_start(date=None, tz=None) -%}
    cast({{ dbt.date_trunc('week', dbt_date._day(date, tz)) }} as date)
{%- endmacro %}
{% macro iso_week_end(date=None, tz=None) -%}({{ dbt_date.iso_week_start(date, tz) }} + 6){%- endmacro %}
{% macro iso_week_of_year(date=None, tz=None) -%}{{ dbt_date.date_part('week', dbt_date._day(date, tz)) }}{%- endmacro %}

{% macro round_timestamp(timestamp) -%}{{ dbt.date_trunc('day', dbt.dateadd('hour', 12, timestamp)) }}{%- endmacro %}

{% macro from_unixtimestamp(epochs, format='seconds') -%}
    {{ return(adapter.dispatch('from_unixtimestamp', 'dbt_date')(epochs, format)) }}
{%- endmacro %}
{% macro default__from_unixtimestamp(epochs, format='seconds') -%}
    {%- set per_second = {'seconds': 1000000, 'milliseconds': 1000, 'microseconds': 1} -%}
    {%- if format == 'nanoseconds' -%}make_timestamp_ns(cast({{ epochs }} as bigint))
    {%- elif format in per_second -%}make_timestamp(cast({{ epochs }} as bigint) * {{ per_second[format] }})
    {%- else -%}{{ exceptions.raise_compiler_error('from_unixtimestamp reads seconds, milliseconds, microseconds or nanoseconds, not ' ~ format) }}
    {%- endif -%}
{%- endmacro %}
{% macro to_unixtimestamp(timestamp) -%}{{ dbt_date.date_part('epoch', timestamp) }}{%- endmacro %}

{% macro periods_since(date_col, period_name='day', tz=None) -%}
    {{ dbt.datediff(date_col, dbt_date.now(tz), period_name) }}
{%- endmacro %}

{# Each row is one period: its first moment. #}
{% macro get_base_dates(start_date=None, end_date=None, n_dateparts=None, datepart='day') -%}
    {{ return(adapter.dispatch('get_base_dates', 'dbt_date')(start_date, end_date, n_dateparts, datepart)) }}
{%- endmacro %}
{% macro default__get_base_dates(start_date, end_date, n_dateparts, datepart) -%}
    {%- set first = "cast('" ~ start_date ~ "' as timestamp)" if start_date else dbt.date_trunc(datepart, dbt.dateadd(datepart, -1 * (n_dateparts or 0), dbt_date.now())) -%}
    {%- set after_last = "cast('" ~ end_date ~ "' as timestamp)" if end_date else (dbt.date_trunc(datepart, dbt_date.now()) if n_dateparts else dbt_date.tomorrow()) -%}
    select unnest(generate_series({{ first }}, cast({{ after_last }} as timestamp) - interval 1 microsecond, {{ 'interval 3 month' if datepart == 'quarter' else 'interval 1 ' ~ datepart }})) as date_{{ datepart }}
{%- endmacro %}

{% macro get_date_dimension(start_date, end_date) -%}
    {{ return(adapter.dispatch('get_date_dimension', 'dbt_date')(start_date, end_date)) }}
{%- endmacro %}
{% macro default__get_date_dimension(start_date, end_date) -%}
with base_dates as (
    select cast(date_day as date) as d from ({{ dbt_date.get_base_dates(start_date, end_date) }})
),
prior as (
    select d as date_day, d - 1 as prior_date_day, d + 1 as next_date_day,
        cast(d - interval 1 year as date) as prior_year_date_day, d - 364 as prior_year_over_year_date_day
    from base_dates
)
select
    date_day, prior_date_day, next_date_day, prior_year_date_day, prior_year_over_year_date_day,
    {{ dbt_date.day_of_week('date_day', isoweek=false) }} as day_of_week,
    {{ dbt_date.day_of_week('date_day', isoweek=true) }} as day_of_week_iso,
    {{ dbt_date.day_name('date_day', short=false) }} as day_of_week_name,
    {{ dbt_date.day_name('date_day', short=true) }} as day_of_week_name_short,
    {{ dbt_date.day_of_month('date_day') }} as day_of_month,
    {{ dbt_date.day_of_year('date_day') }} as day_of_year,
    {{ dbt_date.week_start('date_day') }} as week_start_date,
    {{ dbt_date.week_end('date_day') }} as week_end_date,
    {{ dbt_date.week_start('prior_year_over_year_date_day') }} as prior_year_week_start_date,
    {{ dbt_date.week_end('prior_year_over_year_date_day') }} as prior_year_week_end_date,
    {{ dbt_date.week_of_year('date_day') }} as week_of_year,
    {{ dbt_date.iso_week_start('date_day') }} as iso_week_start_date,
    {{ dbt_date.iso_week_end('date_day') }} as iso_week_end_date,
    {{ dbt_date.iso_week_start('prior_year_over_year_date_day') }} as prior_year_iso_week_start_date,
    {{ dbt_date.iso_week_end('prior_year_over_year_date_day') }} as prior_year_iso_week_end_date,
    {{ dbt_date.iso_week_of_year('date_day') }} as iso_week_of_year,
    {{ dbt_date.week_of_year('prior_year_over_year_date_day') }} as prior_year_week_of_year,
    {{ dbt_date.iso_week_of_year('prior_year_over_year_date_day') }} as prior_year_iso_week_of_year,
    cast({{ dbt_date.date_part('month', 'date_day') }} as integer) as month_of_year,
    {{ dbt_date.month_name('date_day', short=false) }} as month_name,
    {{ dbt_date.month_name('date_day', short=true) }} as month_name_short,
    cast({{ dbt.date_trunc('month', 'date_day') }} as date) as month_start_date,
    {{ dbt.last_day('date_day', 'month') }} as month_end_date,
    cast({{ dbt.date_trunc('month', 'prior_year_date_day') }} as date) as prior_year_month_start_date,
    {{ dbt.last_day('prior_year_date_day', 'month') }} as prior_year_month_end_date,
    cast({{ dbt_date.date_part('quarter', 'date_day') }} as integer) as quarter_of_year,
    cast({{ dbt.date_trunc('quarter', 'date_day') }} as date) as quarter_start_date,
    {{ dbt.last_day('date_day', 'quarter') }} as quarter_end_date,
    cast({{ dbt_date.date_part('year', 'date_day') }} as integer) as year_number,
    cast({{ dbt.date_trunc('year', 'date_day') }} as date) as year_start_date,
    {{ dbt.last_day('date_day', 'year') }} as year_end_date
from prior
order by 1
{%- endmacro %}
