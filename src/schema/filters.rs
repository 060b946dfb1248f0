//! What the `filters` of a table leave out: of its own rows, and of those nested in it.
//!
//! A filter looks at the path of a value from its table down. What `excludes` finds stays out, unless `includes` finds it too.

use super::settings::Pattern;
use super::{Schema, naming::Naming};
use crate::error::Result;
use serde_json::Value;

/// The filters of all tables, compiled once.
#[derive(Clone, Debug, Default)]
pub struct Filters(Vec<Filter>);

#[derive(Clone, Debug)]
struct Filter {
    table: String,
    excludes: Vec<Pattern>,
    includes: Vec<Pattern>,
}

impl Filters {
    pub fn compile(schema: &Schema) -> Result<Self> {
        let mut filters = Vec::new();
        for table in schema.tables.values() {
            let Some(Value::Object(told)) = table.hints.get("filters") else { continue };
            let patterns = |name: &str| -> Result<Vec<Pattern>> {
                let listed = told.get(name).and_then(Value::as_array).into_iter().flatten();
                listed.filter_map(Value::as_str).map(Pattern::parse).collect()
            };
            let (excludes, includes) = (patterns("excludes")?, patterns("includes")?);
            if !excludes.is_empty() {
                filters.push(Filter { table: table.name.clone(), excludes, includes });
            }
        }
        Ok(Self(filters))
    }

    /// Whether a column stays out of a table, which is told by the names from the root table down.
    pub fn leave_out<T: AsRef<str>>(&self, naming: Naming, table: &[T], column: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let names: Vec<&str> = table.iter().flat_map(|name| name.as_ref().split(naming.separator())).collect();
        (1..=names.len()).any(|at| {
            let above = naming.join(&names[..at]);
            let path = naming.join(&[&names[at..], &[column]].concat());
            let found = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(&path));
            self.0.iter().any(|filter| filter.table == above && found(&filter.excludes) && !found(&filter.includes))
        })
    }
}
