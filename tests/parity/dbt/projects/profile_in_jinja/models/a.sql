select {{ target.threads }} as threads
