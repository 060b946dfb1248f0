select nothing_like_this from nowhere
