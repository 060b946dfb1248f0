select '{{ env_var("PARITY_NOT_SET_ANYWHERE") }}' as a
