//! The macros that every project has: dbt's names, written for DuckDB, and the common ones of `dbt_utils`.
//!
//! They are plain template files, compiled in. A project's macro of the same name replaces one of package `dbt`; a real
//! package in `dbt_packages/` of the same name as a built-in one replaces it whole.

/// A template file that is part of gristmill.
#[derive(Clone, Copy, Debug)]
pub struct MacroFile {
    /// The package that its macros belong to: `dbt` or `dbt_utils`.
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
    "dbt" / "configs",
    "dbt" / "dates",
    "dbt" / "expressions",
    "dbt" / "generic_tests",
    "dbt" / "incremental",
    "dbt" / "merge",
    "dbt" / "naming",
    "dbt" / "relations",
    "dbt" / "snapshots",
    "dbt" / "statements",
    "dbt" / "strings",
    "dbt" / "types",
    "dbt_utils" / "sql",
    "dbt_utils" / "tests",
];
