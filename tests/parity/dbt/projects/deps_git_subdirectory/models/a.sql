select {{ tools.forty() }} as a
