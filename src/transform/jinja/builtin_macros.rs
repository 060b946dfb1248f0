//! The macros that every project has: dbt's names, written for DuckDB, and those of `dbt_utils`,
//! `dbt_date` and `dbt_expectations`.
//!
//! They are plain template files, compiled in. A project's macro of the same name replaces one of package `dbt`; a real
//! package in `dbt_packages/` of the same name as a built-in one replaces it whole.

/// A template file that is part of gristmill.
#[derive(Clone, Copy, Debug)]
pub struct MacroFile {
    /// The package that its macros belong to: `dbt`, `dbt_utils`, ...
    pub package: &'static str,
    /// As errors and the manifest show it: `macros/strings.sql`.
    pub path: &'static str,
    /// What it holds.
    pub text: &'static str,
}

macro_rules! files {
    ($($package:literal / $name:literal),* $(,)?) => {
        &[$(MacroFile {
            package: $package,
            path: concat!("macros/", $name, ".sql"),
            text: include_str!(concat!("macros/", $package, "/", $name, ".sql")),
        }),*]
    };
}

/// All built-in files, `dbt` first.
pub const FILES: &[MacroFile] = files![
    "dbt" / "catalog",
    "dbt" / "configs",
    "dbt" / "contracts",
    "dbt" / "dates",
    "dbt" / "ddl",
    "dbt" / "duckdb",
    "dbt" / "expressions",
    "dbt" / "external",
    "dbt" / "fixtures",
    "dbt" / "functions",
    "dbt" / "generic_tests",
    "dbt" / "grants",
    "dbt" / "incremental",
    "dbt" / "keys",
    "dbt" / "materializations",
    "dbt" / "materializations_of_rows",
    "dbt" / "merge",
    "dbt" / "merge_settings",
    "dbt" / "naming",
    "dbt" / "relations",
    "dbt" / "seeds",
    "dbt" / "snapshot_tables",
    "dbt" / "snapshots",
    "dbt" / "statements",
    "dbt" / "strings",
    "dbt" / "table_function",
    "dbt" / "types",
    "dbt_date" / "dates",
    "dbt_date" / "fiscal",
    "dbt_expectations" / "aggregates",
    "dbt_expectations" / "columns",
    "dbt_expectations" / "expressions",
    "dbt_expectations" / "several_columns",
    "dbt_expectations" / "tables",
    "dbt_utils" / "more_sql",
    "dbt_utils" / "more_tests",
    "dbt_utils" / "sql",
    "dbt_utils" / "tests",
];

// What belongs to the adapter although its name does not say so, as in dbt-duckdb.
const OF_ADAPTER: [&str; 34] = [
    "build_snapshot_staging_table",
    "create_table_as",
    "drop_foreign_key_dependents",
    "drop_indexes_on_relation",
    "drop_relation_for_rebuild",
    "duckdb_escape_comment",
    "enforced_constraint_types",
    "existing_constraint_types",
    "external_location",
    "get_column_names",
    "has_foreign_key_constraints",
    "location_exists",
    "materialization_external_duckdb",
    "materialization_incremental_duckdb",
    "materialization_table_duckdb",
    "materialization_table_function_duckdb",
    "may_be_foreign_key_target",
    "merge_clause_defaults",
    "normalize_incremental_predicates",
    "normalize_string_or_list",
    "py_write_table",
    "register_upstream_external_models",
    "render_write_options",
    "restore_foreign_key_dependents",
    "run_hooks",
    "store_relation",
    "validate_dict_field",
    "validate_ducklake_restrictions",
    "validate_merge_clause_list",
    "validate_merge_clauses",
    "validate_merge_config",
    "validate_string_field",
    "validate_string_list_field",
    "write_to_file",
];

/// The package that a macro of a built-in file belongs to: what is for DuckDB alone, to the adapter's.
pub fn home(package: &'static str, macro_name: &str) -> &'static str {
    let of_adapter = macro_name.starts_with("duckdb__") || OF_ADAPTER.binary_search(&macro_name).is_ok();
    if package == "dbt" && of_adapter { "dbt_duckdb" } else { package }
}

/// Whether a path, as errors show it, is that of a built-in file: `dbt/macros/strings.sql`.
pub fn holds(path: &std::path::Path) -> bool {
    FILES.iter().any(|file| path.strip_prefix(file.package).is_ok_and(|rest| rest == std::path::Path::new(file.path)))
}
