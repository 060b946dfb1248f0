select {{ parity.cents(99, 3) }} as c
