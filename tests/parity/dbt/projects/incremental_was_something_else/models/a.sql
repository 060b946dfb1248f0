select {{ 1 if is_incremental() else 0 }} as was_there, '{{ this }}' as name
