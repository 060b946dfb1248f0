{% set lines = [] %}
{% set made = tables() %}
{% if execute %}
    {% set e, t, u = made.e, made.t, made.u %}
    {% do lines.extend([
        t.columns['s'].values_distinct() | sort,
        t.select('i').rows[0].keys(),
        t.select(['s', 'i']).rows[0].keys(),
        t.select(('s', 'i')).rows[0].keys(),
        t.select(['s', 's']).column_names,
        t.select(['s', 's']).rows[0],
        t.select([]),
        t.exclude('nope').column_names,
        t.exclude(['i', 'nope']).column_names,
        t.exclude(t.column_names).column_names,
        u.limit().rows | length,
        u.limit(2).rows | length,
        u.limit(1, 3).columns['n'].values(),
        u.limit(0, none, 2).columns['n'].values(),
        u.limit(none, none, 2).columns['n'].values(),
        u.limit(-1).columns['n'].values(),
        u.limit(1, 0).columns['n'].values(),
        u.order_by('w').columns['w'].values(),
        u.order_by('w', reverse=true).columns['w'].values(),
        u.order_by(['s', 'n'], reverse=true).columns['n'].values(),
        u.order_by(first_cell).columns['s'].values(),
        u.order_by(0).columns['s'].values(),
        t.order_by(['z', 'i']).columns['i'].values(),
        t.order_by(['d', 'i']).columns['d'].values(),
        e.order_by('nope').column_names,
        u.distinct('s').columns['n'].values(),
        u.distinct(['s']).columns['n'].values(),
        u.distinct(first_cell).columns['n'].values(),
        u.distinct(0).columns['n'].values(),
        t.select(['i', 's']).distinct().rows | length,
        u.where(is_y).columns['n'].values(),
        u.find(is_y),
        u.find(never),
        u.find(never) is none,
        u.columns[0].values_distinct() | length,
        u.limit(2)['s'] is defined,
        u.order_by('n', true).columns['n'].values(),
        u.exclude(0).column_names,
        u.select(u.columns.keys()[0:2]).column_names,
        u.find(is_y).n,
        u.where(test=is_y).rows | length
    ]) %}
{% endif %}
{{ said(lines or ["none"]) }}
