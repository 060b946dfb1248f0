//! Which of dbt's macros each native path stands for.
//!
//! A path that is written in Rust gives way to the materialization of the macro library as soon as a project or a
//! package has its own version of a macro that dbt would ask on the way: what people wrote is what runs.

use super::state::NodeState;
use crate::transform::jinja::Value;
use crate::transform::manifest::{BUILTIN_PACKAGE, Macros};

/// A native path, the materialization that it stands for, and the macros that this one asks.
#[derive(Clone, Copy, Debug)]
pub struct StandIn {
    /// As `materialized` names it: `table`, `seed`, `test`.
    pub path: &'static str,
    pub materialization: &'static str,
    asks: &'static [&'static [&'static str]],
}

/// Every native path.
pub const STAND_INS: &[StandIn] = &[
    StandIn {
        path: "view",
        materialization: "materialization_view_default",
        asks: &[STATEMENTS, ADAPTER, HOOKS, NAMES, AFTERWARDS, CONTRACT, &["create_view_as", "get_create_view_as_sql"]],
    },
    StandIn {
        path: "table",
        materialization: "materialization_table_duckdb",
        asks: &[STATEMENTS, ADAPTER, HOOKS, NAMES, AFTERWARDS, INDEXES, CONTRACT, TABLE, KEYS],
    },
    StandIn {
        path: "incremental",
        materialization: "materialization_incremental_duckdb",
        asks: &[STATEMENTS, ADAPTER, HOOKS, NAMES, AFTERWARDS, INDEXES, CONTRACT, TABLE, KEYS, INCREMENTAL],
    },
    StandIn {
        path: "seed",
        materialization: "materialization_seed_default",
        asks: &[STATEMENTS, ADAPTER, HOOKS, AFTERWARDS, INDEXES, SEED],
    },
    StandIn {
        path: "snapshot",
        materialization: "materialization_snapshot_default",
        asks: &[STATEMENTS, ADAPTER, HOOKS, AFTERWARDS, INDEXES, CONTRACT, TABLE, SNAPSHOT],
    },
    StandIn {
        path: "test",
        materialization: "materialization_test_default",
        asks: &[STATEMENTS, ADAPTER, CONTRACT, TABLE, TEST],
    },
    StandIn {
        path: "unit",
        materialization: "materialization_unit_default",
        asks: &[STATEMENTS, ADAPTER, CONTRACT, TABLE, UNIT],
    },
    StandIn {
        path: "clone",
        materialization: "materialization_clone_default",
        asks: &[
            STATEMENTS,
            ADAPTER,
            AFTERWARDS,
            &["can_clone_table", "create_or_replace_clone", "drop_relation_if_exists", "load_cached_relation"],
        ],
    },
];

const STATEMENTS: &[&str] = &["run_query", "statement"];
// What `adapter` does in the words of a macro.
const ADAPTER: &[&str] = &[
    "drop_relation",
    "get_columns_in_relation",
    "list_relations_without_caching",
    "rename_relation",
    "truncate_relation",
];
const HOOKS: &[&str] = &["run_hooks"];
const NAMES: &[&str] = &[
    "drop_relation_if_exists",
    "load_cached_relation",
    "make_backup_relation",
    "make_intermediate_relation",
    "make_temp_relation",
];
const AFTERWARDS: &[&str] = &[
    "alter_column_comment",
    "alter_relation_comment",
    "apply_grants",
    "copy_grants",
    "duckdb_escape_comment",
    "persist_docs",
    "should_revoke",
    "validate_doc_columns",
];
const INDEXES: &[&str] = &["create_indexes", "get_create_index_sql"];
const CONTRACT: &[&str] = &[
    "assert_columns_equivalent",
    "cast",
    "format_column",
    "format_columns",
    "get_assert_columns_equivalent",
    "get_column_schema_from_query",
    "get_empty_schema_sql",
    "get_empty_subquery_sql",
];
const TABLE: &[&str] = &[
    "create_table_as",
    "duckdb__alter_table_set_partitioned_by",
    "duckdb__alter_table_set_sorted_by",
    "get_column_names",
    "get_select_subquery",
    "get_table_columns_and_constraints",
    "py_write_table",
    "table_columns_and_constraints",
];
const KEYS: &[&str] = &[
    "drop_foreign_key_dependents",
    "drop_indexes_on_relation",
    "drop_relation_for_rebuild",
    "duckdb__get_partitioned_by",
    "duckdb__get_sorted_by",
    "enforced_constraint_types",
    "existing_constraint_types",
    "has_foreign_key_constraints",
    "may_be_foreign_key_target",
    "normalize_string_or_list",
    "restore_foreign_key_dependents",
];
const INCREMENTAL: &[&str] = &[
    "alter_column_type",
    "alter_relation_add_remove_columns",
    "check_for_schema_changes",
    "create_schema",
    "diff_column_data_types",
    "diff_columns",
    "duckdb__dispatch_temporary_relation",
    "incremental_validate_on_schema_change",
    "process_schema_changes",
    "py_current_timestring",
    "should_full_refresh",
    "sync_column_schemas",
];
const SEED: &[&str] = &[
    "create_csv_table",
    "get_batch_size",
    "get_binding_char",
    "get_csv_sql",
    "get_seed_column_quoted_csv",
    "load_csv_rows",
    "noop_statement",
    "reset_csv_table",
    "should_full_refresh",
];
const SNAPSHOT: &[&str] = &[
    "build_snapshot_staging_table",
    "build_snapshot_table",
    "check_time_data_types",
    "create_columns",
    "current_timestamp",
    "equals",
    "get_columns_in_query",
    "get_dbt_valid_to_current",
    "get_list_of_column_names",
    "get_or_create_relation",
    "get_snapshot_get_time_data_type",
    "get_snapshot_table_column_names",
    "get_updated_at_column_data_type",
    "make_temp_relation",
    "post_snapshot",
    "py_current_timestring",
    "snapshot_get_time",
    "snapshot_hash_arguments",
    "snapshot_merge_sql",
    "snapshot_staging_table",
    "sql_convert_columns_in_relation",
    "strategy_dispatch",
    "unique_key_fields",
    "unique_key_is_not_null",
    "unique_key_is_null",
    "unique_key_join_on",
];
const TEST: &[&str] = &[
    "create_view_as",
    "get_create_materialized_view_as_sql",
    "get_create_sql",
    "get_create_table_as_sql",
    "get_create_view_as_sql",
    "get_limit_sql",
    "get_limit_subquery_sql",
    "get_test_sql",
    "should_store_failures",
];
const UNIT: &[&str] = &[
    "escape_single_quotes",
    "format_row",
    "get_columns_in_query",
    "get_create_table_as_sql",
    "get_expected_sql",
    "get_unit_test_sql",
    "make_temp_relation",
    "py_current_timestring",
    "safe_cast",
    "string_literal",
];

impl StandIn {
    /// The macros that the materialization asks, directly or through others.
    pub fn asks(&self) -> impl Iterator<Item = &'static str> {
        self.asks.iter().flat_map(|group| group.iter().copied())
    }
}

/// What makes a node of `path`, where it is no native path: a materialization of the project or of a package, or the
/// built-in one that asks a macro of theirs.
pub(super) fn macro_of(state: &NodeState, path: &str) -> Option<Value> {
    own(state, path).or_else(|| built_in(&state.run.macros, &state.node.package_name, path))
}

/// The materialization of this name that the project or a package wrote.
pub(super) fn own(state: &NodeState, path: &str) -> Option<Value> {
    let run = &state.run;
    let flags = &run.project.config.flags;
    let must_be_explicit = flags.get("require_explicit_package_overrides_for_builtin_materializations");
    let packages_take_over = must_be_explicit == Some(&serde_json::Value::Bool(false));
    run.macros.materialization(path, packages_take_over)
}

// Asked from where templates of `package` stand.
fn built_in(macros: &Macros, package: &str, path: &str) -> Option<Value> {
    let stand_in = STAND_INS.iter().find(|known| known.path == path)?;
    let gives_way = stand_in.asks().any(|name| macros.is_replaced(package, name));
    gives_way.then(|| macros.of_package(BUILTIN_PACKAGE, stand_in.materialization)).flatten()
}
