{% set lines = [] %}
{% set made = tables() %}
{% if execute %}
    {% set t, u = made.t, made.u %}
    {% do lines.extend([
        t.join(u, 's').column_names,
        t.join(u, 's').columns['n'].values(),
        t.join(u, 's').rows[0].keys(),
        t.join(u, 's', inner=true).columns['n'].values(),
        t.join(u, 's', 's', full_outer=true).columns['n'].values(),
        t.join(u, 's', 's', full_outer=true).column_names,
        u.join(t, 's').columns['i'].values(),
        u.join(t, 's', columns=['i', 'd']).column_names,
        u.join(t, 's', columns=['s', 'd']).column_names,
        u.join(t, ['s']).columns['i'].values(),
        u.join(t, ['s', 's'], ['s', 's']).column_names,
        u.join(t, ['s'], full_outer=true).columns['i'].values(),
        u.join(t, ['s'], 's', full_outer=true).columns['i'].values(),
        u.join(t).column_names,
        u.join(t).columns['i'].values(),
        u.join(t, inner=true).columns['i'].values(),
        u.join(t, full_outer=true).columns['i'].values(),
        t.join(u, full_outer=true).columns['n'].values(),
        u.join(u, 's').column_names,
        u.join(u).column_names,
        u.join(u, first_cell).column_names,
        u.join(u, first_cell, 's').column_names,
        u.join(t, 0, 2).column_names,
        t.join(t, 'z').column_names,
        t.join(t, 's', 'ts').columns['i2'].values(),
        u.rename(row_names='w').join(t, 's').row_names,
        u.rename(row_names='w').join(t, 's', full_outer=true).row_names,
        u.merge([u, u]).columns['n'].values(),
        u.merge([u, t]).column_names,
        u.merge([u, t]).columns['i'].values(),
        u.merge([u, t], column_names=['s', 'i']).rows[0].values(),
        u.merge([u], row_names='w').row_names,
        u.merge([]),
        u.join(u, ['s', 'n']).column_names,
        u.join(u, 's', columns='n').column_names,
        u.join(u, 's', columns=[]).column_names,
        u.merge(tables=[u, u], row_names=first_cell).row_names,
        u.limit(2).merge([u.limit(1), u.limit(1, 2)]).rows | length
    ]) %}
{% endif %}
{{ said(lines or ["none"]) }}
