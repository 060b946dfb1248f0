select 'of the root' as whose
