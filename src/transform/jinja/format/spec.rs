//! `format(x, ".2f")`.
