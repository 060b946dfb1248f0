//! What `adapter` knows of definitions: constraints in the words of `create table`, indexes, keys that are there.

use std::any::Any;
use std::fmt::Write;

use md5::{Digest, Md5};

use super::{Adapter, relation_argument, relation_of};
use crate::engine::dialect::literal;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Object, Value};
use crate::transform::manifest::constraint::Constraint;
use crate::transform::project::properties::texts;
use crate::transform::run::relation::RelationObject;
use crate::transform::run::{contract, foreign_key};

/// The methods of this file.
pub(super) const METHODS: &[&str] = &[
    "catalog_supports_foreign_keys",
    "ensure_transaction",
    "existing_key_constraint_types",
    "parse_index",
    "render_raw_columns_constraints",
    "render_raw_model_constraints",
    "set_foreign_keys_aside",
];

impl Adapter {
    pub(super) fn definition(&self, method: &str, args: Args) -> Result<Value> {
        let state = &self.0;
        Ok(match method {
            "catalog_supports_foreign_keys" => {
                let ([database], []) = args.bind(method, ["database"], [])?;
                let rows = state.query(&format!(
                    "select 1 from duckdb_databases() where lower(database_name) = lower({}) and type = 'duckdb'",
                    literal(&database.to_string())
                ))?;
                Value::Bool(rows.count() > 0)
            }
            "ensure_transaction" => {
                args.bind_nothing(method)?;
                state.begin()?;
                Value::None
            }
            "existing_key_constraint_types" => {
                let relation = relation_argument(method, args)?.relation();
                let rows = state.query(&format!(
                    "select distinct lower(replace(constraint_type, ' ', '_')) as kind from duckdb_constraints() where constraint_type in ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY') and lower(database_name) = lower({}) and lower(schema_name) = lower({}) and lower(table_name) = lower({}) order by 1",
                    literal(&relation.database),
                    literal(&relation.schema),
                    literal(&relation.identifier)
                ))?;
                let rows = rows.texts()?;
                Value::list(rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).map(Value::str))
            }
            "parse_index" => {
                let ([raw], []) = args.bind(method, ["raw_index"], [])?;
                if raw.is_none() { Value::None } else { Value::object(Index::read(&raw)?) }
            }
            "render_raw_columns_constraints" => {
                let ([raw], []) = args.bind(method, ["raw_columns"], [])?;
                let columns = raw.to_json();
                let lines = columns.as_object().into_iter().flatten();
                Value::list(
                    lines
                        .map(|(_, raw)| contract::raw_column(state, raw).map(Value::str))
                        .collect::<Result<Vec<_>>>()?,
                )
            }
            "render_raw_model_constraints" => {
                let ([raw], []) = args.bind(method, ["raw_constraints"], [])?;
                let mut lines = Vec::new();
                for raw in raw.to_json().as_array().into_iter().flatten() {
                    lines.extend(contract::of_model(state, &Constraint::read(raw, true)?)?.map(Value::str));
                }
                Value::list(lines)
            }
            _ => {
                let relation = relation_argument(method, args)?;
                let aside = foreign_key::set_aside(state, &relation.relation())?;
                let table = |relation| Value::object(RelationObject::new(relation, Some("table")));
                Value::list(aside.pairs().map(|(own, waiting)| Value::tuple([table(own), table(waiting)])))
            }
        })
    }
}

/// An entry of `indexes`.
struct Index {
    columns: Vec<String>,
    unique: bool,
}

impl Index {
    fn read(raw: &Value) -> Result<Self> {
        let raw = raw.to_json();
        let columns = texts(raw.get("columns"));
        if columns.is_empty() {
            let message = format!("an index has no columns: {raw}");
            return Err(Error::new(Kind::Config, message).hint("write it as `{columns: [id], unique: true}`"));
        }
        Ok(Self { columns, unique: raw.get("unique").and_then(serde_json::Value::as_bool).unwrap_or(false) })
    }
}

/// The name of an index: of its table, its columns and whether it is unique.
pub(in crate::transform::run) fn index_name(relation: &str, columns: &str, unique: bool) -> String {
    let told = format!("{columns}_{relation}_{unique}");
    Md5::digest(told.as_bytes()).iter().fold(String::new(), |mut name, byte| {
        // Writing to a text does not fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

impl Object for Index {
    fn type_name(&self) -> &'static str {
        "DuckDBIndexConfig"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "columns" => Some(Value::list(self.columns.iter().map(Value::str))),
            "unique" => Some(Value::Bool(self.unique)),
            _ => None,
        }
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        self.has_method(name).then(|| {
            let ([relation], []) = args.bind(name, ["relation"], [])?;
            let relation = relation_of(&relation)?.render();
            Ok(Value::str(index_name(&relation, &self.columns.join(", "), self.unique)))
        })
    }

    fn has_method(&self, name: &str) -> bool {
        name == "render"
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
