select '{{ env_var("PARITY_GIVEN") }}' as given, {{ env_var('PARITY_NUMBER', '1') | int + 1 }} as number, '{{ env_var("PARITY_ABSENT", "default") }}' as absent
