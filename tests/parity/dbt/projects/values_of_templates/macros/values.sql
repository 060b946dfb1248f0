{% macro write_down() %}
  {% set read = fromyaml("day: 2024-01-31\ntime: 2024-01-31 10:20:30\nlist: [2024-02-01]\ntext: '2024-01-31'") %}
  {% set values = [
    read['day'].year, read['day'].strftime('%d.%m.%Y'), read['time'].hour, read['list'][0].month, read['text'] is string, read,
    modules.pytz.country_timezones['nz'], modules.pytz.country_timezones('NZ'), modules.pytz.country_names['nz'],
    modules.pytz.country_timezones.get('xx', 'none'), 'warn' in exceptions, exceptions.keys() | sort, exceptions | length,
  ] %}
  {% do run_query("create table told (number int, value varchar)") %}
  {% for value in values %}
    {% do run_query("insert into told values (" ~ loop.index ~ ", $$" ~ value ~ "$$)") %}
  {% endfor %}
  {% do adapter.commit() %}
{% endmacro %}
