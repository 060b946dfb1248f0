//! `adapter` while a node runs: questions and orders to the database, in dbt's words.

use std::any::Any;
use std::sync::Arc;

use super::relation::{RelationClass, RelationObject};
use super::state::{NodeState, response};
use super::table::Table;
use super::{asked, contract, external, placeholders, snapshot, snapshot_strategy};
use crate::engine::catalog::{DatabaseColumn, Relation, RelationKind};
use crate::engine::dialect::{literal, quote};
use crate::engine::refusal::is_missing;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Interpreter, Object, Value};
use crate::transform::manifest::column::ColumnObject;

mod changes;
pub(super) mod definitions;
mod tables;

pub struct Adapter(pub Arc<NodeState>);

const METHODS: &[&str] = &[
    "add_query",
    "assert_columns_equivalent",
    "already_exists",
    "cache_added",
    "cache_dropped",
    "cache_renamed",
    "check_schema_exists",
    "commit",
    "create_schema",
    "disable_transactions",
    "dispatch",
    "drop_relation",
    "drop_schema",
    "escape_sql_string",
    "execute",
    "expand_target_column_types",
    "external_root",
    "get_binding_char",
    "get_column_schema_from_query",
    "get_columns_in_relation",
    "get_contract_columns",
    "get_contract_definition",
    "get_incremental_strategy_macro",
    "get_hard_deletes_behavior",
    "get_missing_columns",
    "get_relation",
    "get_snapshot_strategy_macro",
    "is_ducklake",
    "is_motherduck",
    "quote",
    "quote_as_configured",
    "quote_seed_column",
    "rename_relation",
    "truncate_relation",
    "type",
    "use_ducklake_table_workarounds",
    "warn_once",
];

impl Adapter {
    fn method(&self, interpreter: &mut Interpreter<'_>, method: &str, args: Args) -> Result<Value> {
        Ok(match method {
            "dispatch" => return self.dispatch(args),
            "type" => Value::str("duckdb"),
            "quote" => {
                let ([identifier], []) = args.bind(method, ["identifier"], [])?;
                Value::str(quote(&identifier.to_string()))
            }
            "quote_as_configured" => {
                let ([identifier, part], []) = args.bind(method, ["identifier", "quote_key"], [])?;
                Value::str(self.quote_as_configured(&identifier.to_string(), &part.to_string()))
            }
            "quote_seed_column" => {
                let ([column, wanted], []) = args.bind(method, ["column", "quote_config"], [])?;
                let plain = matches!(wanted, Value::Bool(false));
                Value::str(if plain { column.to_string() } else { quote(&column.to_string()) })
            }
            "escape_sql_string" => {
                let ([text], []) = args.bind(method, ["value"], [])?;
                Value::str(text.to_string().replace('\'', "''"))
            }
            "get_relation" => {
                let ([database, schema, identifier], []) =
                    args.bind(method, ["database", "schema", "identifier"], [])?;
                // Names are compared with those that are there, so an empty schema does not ask for it.
                if let Value::Undefined(message) = &identifier
                    && self.has_relations(&database.to_string(), &schema.to_string())?
                {
                    return Err(Error::new(Kind::Compilation, &**message));
                }
                self.get_relation_by(interpreter, &names(&database, &schema, &identifier))?
            }
            "already_exists" => {
                let ([schema, identifier], []) = args.bind(method, ["schema", "name"], [])?;
                let database = Value::str(&self.0.run.project.profile.database);
                Value::Bool(!self.get_relation(&names(&database, &schema, &identifier))?.is_none())
            }
            "check_schema_exists" => {
                let ([database, schema], []) = args.bind(method, ["database", "schema"], [])?;
                if let Some(callable) = self.0.run.macros.for_adapter(method) {
                    let given = Args::positional([asked::information_schema(&database.to_string()), schema]);
                    let answer = interpreter.call_unnoted(&callable, given)?;
                    let counted = asked::first_column(&answer, method)?;
                    return Ok(Value::Bool(counted.first().is_some_and(|count| count != "0")));
                }
                let rows = self.0.query(&format!(
                    "select 1 from system.information_schema.schemata where lower(catalog_name) = lower({}) and lower(schema_name) = lower({})",
                    literal(&database.to_string()),
                    literal(&schema.to_string())
                ))?;
                Value::Bool(rows.count() > 0)
            }
            "create_schema" | "drop_schema" | "drop_relation" | "truncate_relation" => {
                self.change(interpreter, method, args)?
            }
            "rename_relation" => return self.rename(interpreter, args),
            "get_columns_in_relation" => {
                let relation = relation_argument(method, args)?;
                match self.0.run.macros.for_adapter(method) {
                    Some(callable) => {
                        interpreter.call_unnoted(&callable, Args::positional([Value::object(relation)]))?
                    }
                    None => Value::list(self.columns(&relation)?.iter().map(column_value)),
                }
            }
            "get_column_schema_from_query" => {
                let ([sql], []) = args.bind(method, ["sql"], [])?;
                let columns = described(&self.0, &sql.to_string())?;
                Value::list(columns.iter().map(column_value))
            }
            "assert_columns_equivalent" => {
                let ([sql], []) = args.bind(method, ["sql"], [])?;
                contract::check_query(&self.0, &sql.to_string(), &|error, _| self.0.here(error))?;
                Value::str("")
            }
            "get_contract_definition" => Value::str(contract::definition(&self.0)?),
            "get_contract_columns" => Value::str(contract::columns(&self.0)),
            "get_hard_deletes_behavior" => Value::str(snapshot::hard_deletes(&self.0)?),
            "get_snapshot_strategy_macro" => {
                let ([strategy], []) = args.bind(method, ["strategy"], [])?;
                snapshot_strategy::find_macro(&self.0, &strategy.to_string())?
            }
            "get_missing_columns" => return self.missing_columns(args),
            "get_incremental_strategy_macro" => {
                let ([_context, strategy], []) = args.bind(method, ["model_context", "strategy"], [])?;
                strategy_macro(&self.0, &strategy.to_string())?
            }
            "execute" => {
                let ([sql], [begin, fetch, _limit]) = args.bind(method, ["sql"], ["auto_begin", "fetch", "limit"])?;
                let yes = |flag: Option<Value>| flag.is_some_and(|flag| flag.truth());
                let (response, table) = self.0.statement(&sql.to_string(), yes(begin), yes(fetch))?;
                Value::tuple([response, table])
            }
            "add_query" => {
                let ([sql], [begin, values, _]) =
                    args.bind(method, ["sql"], ["auto_begin", "bindings", "abridge_sql_log"])?;
                self.0.begin_for_statement(false)?;
                if begin.is_none_or(|begin| begin.truth()) {
                    self.0.begin()?;
                }
                let sql = sql.to_string();
                match values.as_ref().and_then(Value::as_list) {
                    Some(values) => self.0.execute(&placeholders::filled(&sql, &values.items())?)?,
                    None => self.0.execute(&sql)?,
                };
                Value::tuple([Value::None, response()])
            }
            "commit" => {
                self.0.commit()?;
                Value::str("")
            }
            "warn_once" => {
                let ([message], []) = args.bind(method, ["msg"], [])?;
                self.0.run.warn_once(&message.to_string());
                Value::str("")
            }
            "external_root" => {
                let root = self.0.run.project.profile.options.get("external_root").and_then(|root| root.as_str());
                Value::str(root.unwrap_or("."))
            }
            "get_binding_char" => Value::str("?"),
            "disable_transactions" => Value::Bool(self.0.run.project.profile.disables_transactions()),
            "is_ducklake" => {
                let ([relation], []) = args.bind(method, ["relation"], [])?;
                let database = relation.downcast::<RelationObject>().and_then(|relation| relation.database.as_deref());
                let profile = &self.0.run.project.profile;
                Value::Bool(database.is_some_and(|database| profile.is_ducklake(database)))
            }
            "is_motherduck" | "use_ducklake_table_workarounds" => Value::Bool(false),
            _ if definitions::METHODS.contains(&method) => self.definition(method, args)?,
            _ if tables::METHODS.contains(&method) => self.of_rows(method, args)?,
            _ if external::METHODS.contains(&method) => return external::method(&self.0, method, args),
            "cache_added" => {
                // A schema that it was told of counts as listed.
                if let Some(relation) =
                    args.positional.first().and_then(|relation| relation.downcast::<RelationObject>())
                {
                    let relation = relation.relation();
                    self.0.run.cache.note_listed(&relation.database, &relation.schema);
                }
                Value::str("")
            }
            // The cache learns of changes by itself, and DuckDB's types need no widening for longer texts.
            _ => Value::str(""),
        })
    }

    fn dispatch(&self, args: Args) -> Result<Value> {
        let ([name], [namespace, _packages]) =
            args.bind("dispatch", ["macro_name"], ["macro_namespace", "packages"])?;
        let namespace = namespace.filter(|namespace| !namespace.is_none()).map(|namespace| namespace.to_string());
        let (package, name) = (&self.0.node.package_name, name.to_string());
        if let Some(given) = self.0.given() {
            let found = self.0.run.macros.dispatched_id(package, &name, namespace.as_deref());
            if let Some(replaced) = found.and_then(|id| given.dispatched(&id)) {
                return Ok(replaced);
            }
        }
        self.0.run.macros.dispatch(package, &name, namespace.as_deref())
    }

    // A part of a name that there is not is left as it is, as in dbt.
    fn quote_as_configured(&self, identifier: &str, part: &str) -> String {
        let [database, schema, name] = self.0.run.project.config.quoted();
        let quoted = matches!(
            (part, database, schema, name),
            ("database", true, ..) | ("schema", _, true, _) | ("identifier", .., true)
        );
        if quoted { quote(identifier) } else { identifier.to_owned() }
    }

    // Asked of a template: one's own version of the macro that lists relations is heard.
    fn get_relation_by(&self, interpreter: &mut Interpreter<'_>, wanted: &Relation) -> Result<Value> {
        let Some(callable) = self.0.run.macros.for_adapter("list_relations_without_caching") else {
            return self.get_relation(wanted);
        };
        let schema = RelationObject { identifier: None, ..RelationObject::new(wanted, None) };
        let listed = interpreter.call_unnoted(&callable, Args::positional([Value::object(schema)]))?;
        let rows = listed.downcast::<Table>().map(|table| table.0.rows.clone()).unwrap_or_default();
        let found = rows
            .iter()
            .find(|row| row.get(1).is_some_and(|name| name.to_string().eq_ignore_ascii_case(&wanted.identifier)));
        Ok(found.map_or(Value::None, |row| {
            let kind = row.get(3).map(Value::to_string);
            let named = names(&row[0], row.get(2).unwrap_or(&Value::None), &row[1]);
            Value::object(RelationObject::new(&named, kind.as_deref()))
        }))
    }

    fn get_relation(&self, wanted: &Relation) -> Result<Value> {
        self.0.ask_for_relations(&wanted.database, &wanted.schema)?;
        let found = find(&self.0, wanted)?;
        Ok(found.map_or(Value::None, |(relation, kind)| self.as_cached(&relation, kind)))
    }

    // What was there is quoted; what this run built is as its node names it.
    fn as_cached(&self, relation: &Relation, kind: RelationKind) -> Value {
        let run = &self.0.run;
        let quoted = if run.cache.is_made(relation) { run.project.config.quoted() } else { [true; 3] };
        Value::object(RelationObject::of_node(relation, Some(kind_name(kind)), quoted))
    }

    fn has_relations(&self, database: &str, schema: &str) -> Result<bool> {
        self.0.ask_for_relations(database, schema)?;
        Ok(!self.0.with_session(|session| self.0.run.cache.list(session, database, schema))?.is_empty())
    }

    // Who asks for the columns of what is not there asks whether it is. The question failed, and so did what it stood in.
    fn columns(&self, relation: &RelationObject) -> Result<Vec<DatabaseColumn>> {
        self.0.ask_for_transaction()?;
        match described(&self.0, &format!("select * from {}", relation.render())) {
            Err(error) if is_missing(&error) => {
                self.0.rollback();
                Ok(Vec::new())
            }
            answered => answered,
        }
    }

    fn missing_columns(&self, args: Args) -> Result<Value> {
        let ([from, to], []) = args.bind("get_missing_columns", ["from_relation", "to_relation"], [])?;
        let here = self.columns(relation_of(&from)?)?;
        let there = self.columns(relation_of(&to)?)?;
        let missing =
            here.into_iter().filter(|column| !there.iter().any(|known| known.name.eq_ignore_ascii_case(&column.name)));
        Ok(Value::list(missing.map(|column| column_value(&column))))
    }
}

fn column_value(column: &DatabaseColumn) -> Value {
    Value::object(ColumnObject::new(&column.name, &column.data_type))
}

/// Asks the cache, which asks the database once per schema.
pub fn find(state: &NodeState, wanted: &Relation) -> Result<Option<(Relation, RelationKind)>> {
    state.with_session(|session| state.run.cache.find(session, wanted))
}

/// The columns of a query, without running it.
pub fn described(state: &NodeState, sql: &str) -> Result<Vec<DatabaseColumn>> {
    state.with_session(|session| session.describe(sql))
}

/// The incremental strategy that a model asks for.
pub fn strategy_of(state: &NodeState) -> String {
    let named = state.config("incremental_strategy").and_then(|strategy| strategy.as_str().map(str::to_owned));
    named.unwrap_or_else(|| "default".to_owned())
}

/// The name of the macro behind an incremental strategy.
pub fn strategy_macro_name(strategy: &str) -> String {
    format!("get_incremental_{}_sql", strategy.replace('+', "_"))
}

/// The macro behind an incremental strategy: built in, or a project's own `get_incremental_<strategy>_sql`.
pub fn strategy_macro(state: &NodeState, strategy: &str) -> Result<Value> {
    let name = strategy_macro_name(strategy);
    // dbt has a macro of that name, for other databases.
    let is_for_others = strategy == "insert_overwrite";
    state.run.macros.lookup(&state.node.package_name, &name).filter(|_| !is_for_others).ok_or_else(|| {
        Error::new(Kind::Compilation, format!("there is no incremental strategy `{strategy}`"))
            .hint(format!("choose `append`, `delete+insert` or `merge`, or define a macro `{name}`"))
    })
}

pub fn kind_name(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Table => "table",
        RelationKind::View => "view",
    }
}

fn names(database: &Value, schema: &Value, identifier: &Value) -> Relation {
    let text = |value: &Value| if value.is_none() || value.is_undefined() { String::new() } else { value.to_string() };
    Relation::new(text(database), text(schema), text(identifier))
}

fn relation_of(value: &Value) -> Result<&RelationObject> {
    value.downcast::<RelationObject>().ok_or_else(|| {
        Error::new(Kind::Compilation, format!("this takes a relation, not {}", value.type_name()))
            .hint("give it what `ref`, `source`, `this` or `api.Relation.create` gives")
    })
}

fn relation_argument(method: &str, args: Args) -> Result<RelationObject> {
    let ([relation], [], _, _) = args.bind_open(method, ["relation"], [])?;
    relation_of(&relation).cloned()
}

impl Object for Adapter {
    fn type_name(&self) -> &'static str {
        "DuckDBAdapter"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "behavior" => Some(Value::object(Behavior)),
            "Relation" => Some(Value::object(RelationClass(self.0.run.project.config.quoted()))),
            _ => None,
        }
    }

    fn call_method(&self, interpreter: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        self.has_method(name).then(|| self.method(interpreter, name, args))
    }

    fn has_method(&self, name: &str) -> bool {
        let groups = [METHODS, definitions::METHODS, tables::METHODS, &external::METHODS];
        groups.iter().any(|methods| methods.contains(&name))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

// `adapter.behavior.<flag>`: every flag is off, with or without a warning.
struct Behavior;

impl Object for Behavior {
    fn type_name(&self) -> &'static str {
        "Behavior"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        Some(if name == "no_warn" || name == "setting" { Value::Bool(false) } else { Value::object(Self) })
    }

    fn truth(&self) -> bool {
        false
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::manifest::parse_adapter;

    // What our own macros ask of the adapter, and nobody else.
    const OF_OURS: [&str; 5] = [
        "assert_columns_equivalent",
        "get_contract_columns",
        "get_contract_definition",
        "get_snapshot_strategy_macro",
        "set_foreign_keys_aside",
    ];

    #[test]
    fn there_is_every_method_that_there_is_while_parsing() {
        let groups = [METHODS, definitions::METHODS, tables::METHODS];
        let mut here: Vec<&str> = groups.concat().into_iter().filter(|name| !OF_OURS.contains(name)).collect();
        here.extend(external::METHODS.iter().filter(|name| parse_adapter::METHODS.contains(name)));
        here.sort_unstable();
        let mut parsing = parse_adapter::METHODS.to_vec();
        parsing.sort_unstable();
        assert_eq!(here, parsing);
    }
}
