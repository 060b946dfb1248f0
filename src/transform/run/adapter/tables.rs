//! What `adapter` does with rows that a template holds: types for their columns, texts for their times, grants.

use super::{Adapter, relation_of};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Key, Value};
use crate::transform::run::table::{Data, Table};

/// The methods of this file.
pub(super) const METHODS: &[&str] = &[
    "assert_valid_snapshot_target_given_strategy",
    "batch_id_for_model",
    "build_catalog_relation",
    "convert_datetimes_to_strs",
    "convert_type",
    "get_catalog_integration",
    "get_columns_in_table",
    "get_partitions_metadata",
    "get_seed_file_path",
    "get_temp_relation_path",
    "run_sql_for_tests",
    "standardize_grants_dict",
    "valid_incremental_strategies",
    "valid_snapshot_target",
];

/// The strategies that dbt knows and DuckDB has.
const STRATEGIES: [&str; 4] = ["append", "delete+insert", "merge", "microbatch"];

impl Adapter {
    pub(super) fn of_rows(&self, method: &str, args: Args) -> Result<Value> {
        Ok(match method {
            "convert_type" => {
                let ([table, place], []) = args.bind(method, ["agate_table", "col_idx"], [])?;
                let table = table_of(&table)?;
                let place = place.as_int().and_then(|place| usize::try_from(place).ok()).unwrap_or(usize::MAX);
                Value::str(sql_type(table.0.rows.iter().filter_map(|row| row.get(place))))
            }
            "convert_datetimes_to_strs" => {
                let ([table], []) = args.bind(method, ["table"], [])?;
                Value::object(without_times(table_of(&table)?))
            }
            "get_seed_file_path" => {
                let ([model], []) = args.bind(method, ["model"], [])?;
                let model = model.to_json();
                let part = |name: &str| model.get(name).and_then(|part| part.as_str()).unwrap_or_default().to_owned();
                let path = std::path::Path::new(&part("root_path")).join(part("original_file_path"));
                Value::str(path.to_string_lossy())
            }
            "get_columns_in_table" => {
                let ([schema, identifier], []) = args.bind(method, ["schema_name", "identifier"], [])?;
                let database = Value::str(&self.0.run.project.profile.database);
                let found = self.get_relation(&super::names(&database, &schema, &identifier))?;
                let columns = self.columns(relation_of(&found)?)?;
                Value::list(columns.iter().map(super::column_value))
            }
            "run_sql_for_tests" => {
                let ([sql, fetch, _connection], []) = args.bind(method, ["sql", "fetch", "conn"], [])?;
                let (_, table) = self.0.statement(&sql.to_string(), false, fetch.to_string() != "None")?;
                let rows = table.downcast::<Table>().map(|table| table.0.rows.clone()).unwrap_or_default();
                let mut rows = rows.iter().map(|row| Value::tuple(row.iter().cloned()));
                match fetch.to_string().as_str() {
                    "one" => rows.next().unwrap_or(Value::None),
                    "all" => Value::list(rows),
                    _ => Value::None,
                }
            }
            "standardize_grants_dict" => {
                let ([table], []) = args.bind(method, ["grants_table"], [])?;
                standardized(table_of(&table)?)?
            }
            "valid_incremental_strategies" => Value::list(STRATEGIES.iter().map(Value::str)),
            "get_temp_relation_path" => {
                let ([model], [batch]) = args.bind(method, ["model"], ["batch_id"])?;
                let relation = relation_of(&model)?.relation();
                let tail = batch.filter(Value::truth).map(|batch| format!("__{batch}")).unwrap_or_default();
                Value::dict([
                    ("database", Value::str(&relation.database)),
                    ("schema", Value::str("dbt_temp")),
                    ("identifier", Value::str(format!("{}__dbt_tmp{tail}", relation.identifier))),
                ])
            }
            "batch_id_for_model" => {
                let ([model], []) = args.bind(method, ["model"], [])?;
                let batch = model.as_dict().and_then(|model| model.get(&Key::str("batch")));
                let begun = batch.as_ref().and_then(|batch| batch.as_dict()?.get(&Key::str("event_time_start")));
                let begun = begun.filter(|begun| !begun.is_none()).map(|begun| begun.to_string()).unwrap_or_default();
                Value::str(begun.replace(['-', ':', '+'], "").replace(' ', "_"))
            }
            "build_catalog_relation" => Value::None,
            "get_catalog_integration" => {
                let ([name], []) = args.bind(method, ["name"], [])?;
                return Err(Error::new(Kind::Config, format!("there is no catalog `{name}`"))
                    .hint("DuckDB reads and writes catalogs that its profile attaches: `attach` in profiles.yml"));
            }
            "get_partitions_metadata" => {
                return Err(Error::new(Kind::Compilation, "DuckDB keeps no metadata of partitions"));
            }
            _ => self.valid_snapshot_target(method, args)?,
        })
    }

    // A snapshot goes on in a table that has the columns of one.
    fn valid_snapshot_target(&self, method: &str, args: Args) -> Result<Value> {
        let ([relation], [names, strategy]) = args.bind(method, ["relation"], ["column_names", "strategy"])?;
        let names = names.map(|names| names.to_json()).unwrap_or_default();
        let new_record = strategy.as_ref().and_then(|strategy| strategy.as_dict()?.get(&Key::str("hard_deletes")));
        let marks = new_record.is_some_and(|deletes| deletes.as_str() == Some("new_record"));
        let wanted = ["dbt_scd_id", "dbt_valid_from", "dbt_valid_to"];
        let wanted = wanted.into_iter().chain(marks.then_some("dbt_is_deleted"));
        let there = self.columns(relation_of(&relation)?)?;
        let named = wanted.map(|name| names.get(name).and_then(|name| name.as_str()).unwrap_or(name).to_owned());
        let missing: Vec<String> =
            named.filter(|name| !there.iter().any(|column| column.name.eq_ignore_ascii_case(name))).collect();
        if missing.is_empty() {
            return Ok(Value::None);
        }
        let message = format!("{} is no snapshot: it has no column {}", relation, missing.join(", "));
        Err(Error::new(Kind::Database, message).hint("drop the table, or give the snapshot another alias"))
    }
}

fn table_of(value: &Value) -> Result<&Table> {
    value
        .downcast::<Table>()
        .ok_or_else(|| Error::new(Kind::Compilation, format!("this takes a table of rows, not {}", value.type_name())))
}

// The type of a column that holds these values.
fn sql_type<'a>(values: impl Iterator<Item = &'a Value>) -> &'static str {
    let mut found = "integer";
    for value in values.filter(|value| !value.is_none()) {
        match value.type_name() {
            "int" if value.as_int().is_some_and(|number| i32::try_from(number).is_ok()) => {}
            "int" => found = "bigint",
            "float" | "decimal.Decimal" => return "float8",
            "bool" => return "boolean",
            "date" => return "date",
            "datetime" => return "timestamp without time zone",
            _ => return "text",
        }
    }
    found
}

fn without_times(table: &Table) -> Table {
    let plain = |cell: &Value| match cell.type_name() {
        "date" | "datetime" => Value::str(cell.to_string()),
        _ => cell.clone(),
    };
    let rows = table.0.rows.iter().map(|row| row.iter().map(plain).collect()).collect();
    Table(std::sync::Arc::new(Data::new(table.0.names.clone(), rows)))
}

// Rows of `grantee` and `privilege_type` as grantees by privilege.
fn standardized(table: &Table) -> Result<Value> {
    let place = |name: &str| {
        table
            .0
            .names
            .iter()
            .position(|known| known.eq_ignore_ascii_case(name))
            .ok_or_else(|| Error::new(Kind::Data, format!("the grants of a relation have no column `{name}`")))
    };
    let (grantee, privilege) = (place("grantee")?, place("privilege_type")?);
    let mut found: indexmap::IndexMap<String, Vec<Value>> = indexmap::IndexMap::new();
    for row in &table.0.rows {
        found.entry(row[privilege].to_string()).or_default().push(row[grantee].clone());
    }
    Ok(Value::dict(found.into_iter().map(|(privilege, grantees)| (privilege, Value::list(grantees)))))
}
