//! The names every template knows: Jinja's own globals, and those of dbt that need no project.

mod range;

use super::Value;

pub(super) use range::Range;

/// The value of a built-in name.
pub fn lookup(name: &str) -> Option<Value> {
    match name {
        "range" => Some(range::function()),
        _ => None,
    }
}
