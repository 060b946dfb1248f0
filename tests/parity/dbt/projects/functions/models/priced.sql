select 10.0 as net, {{ function('with_tax') }}(10.0) as gross, {{ function('parity', 'with_tax_and_shipping') }}(10.0) as sent
