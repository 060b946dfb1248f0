//! `adapter` while a template is parsed: what needs no database answers, everything else gives nothing.

use std::sync::Arc;

use super::recorder::{PackageScope, RelationClass};
use crate::error::Result;
use crate::transform::jinja::{Args, Interpreter, Object, Value};

/// The methods that the adapter has for templates. Any other name is undefined, and what is undefined is forgiven here.
pub const METHODS: [&str; 57] = [
    "add_query",
    "already_exists",
    "assert_valid_snapshot_target_given_strategy",
    "batch_id_for_model",
    "build_catalog_relation",
    "cache_added",
    "cache_dropped",
    "cache_renamed",
    "catalog_supports_foreign_keys",
    "check_schema_exists",
    "commit",
    "convert_datetimes_to_strs",
    "convert_type",
    "create_schema",
    "disable_transactions",
    "dispatch",
    "drop_relation",
    "drop_schema",
    "ensure_transaction",
    "escape_sql_string",
    "execute",
    "existing_key_constraint_types",
    "expand_target_column_types",
    "external_read_location",
    "external_root",
    "external_write_options",
    "get_binding_char",
    "get_catalog_integration",
    "get_column_schema_from_query",
    "get_columns_in_relation",
    "get_columns_in_table",
    "get_hard_deletes_behavior",
    "get_incremental_strategy_macro",
    "get_missing_columns",
    "get_partitions_metadata",
    "get_relation",
    "get_seed_file_path",
    "get_temp_relation_path",
    "is_ducklake",
    "is_motherduck",
    "location_exists",
    "parse_index",
    "quote",
    "quote_as_configured",
    "quote_seed_column",
    "rename_relation",
    "render_raw_columns_constraints",
    "render_raw_model_constraints",
    "run_sql_for_tests",
    "standardize_grants_dict",
    "store_relation",
    "truncate_relation",
    "type",
    "use_ducklake_table_workarounds",
    "valid_incremental_strategies",
    "valid_snapshot_target",
    "warn_once",
];

pub(super) struct ParseAdapter {
    pub shared: Arc<PackageScope>,
}

impl Object for ParseAdapter {
    fn type_name(&self) -> &'static str {
        "adapter"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        (name == "Relation").then(|| Value::object(RelationClass))
    }

    fn has_method(&self, name: &str) -> bool {
        METHODS.contains(&name)
    }

    fn call_method(&self, _: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        self.has_method(name).then(|| match name {
            "dispatch" => {
                args.bind("dispatch", ["macro_name"], ["macro_namespace"]).and_then(|([name], [namespace])| {
                    let namespace = namespace.as_ref().and_then(Value::as_str);
                    self.shared.macros.dispatch(&self.shared.package, &name.text()?, namespace)
                })
            }
            "type" => Ok(Value::str("duckdb")),
            "quote" => args
                .bind("quote", ["identifier"], [])
                .and_then(|([name], [])| Ok(Value::str(crate::engine::dialect::quote(&name.text()?)))),
            "get_columns_in_relation"
            | "get_missing_columns"
            | "get_column_schema_from_query"
            | "get_partitions_metadata" => Ok(Value::list([])),
            _ => Ok(Value::None),
        })
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}
