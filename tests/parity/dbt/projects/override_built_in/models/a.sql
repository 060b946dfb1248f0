select '{{ is_incremental() }}' as answer
