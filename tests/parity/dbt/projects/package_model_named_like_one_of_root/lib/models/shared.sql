select 'of the package' as whose
