select {{ shown('a') }} as a, {{ other('b') }} as b
