//! What each command takes beside the flags that all take.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, ValueEnum};
use serde_json::{Value as Json, json};

use super::args::{Kinds, Selection};
use super::inputs::{Empty, Times};
use crate::transform::deps::{Added, Ask, From};

#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Where to listen
    #[arg(long, value_name = "HOST", env = "DBT_HOST", hide_env = true, default_value = "127.0.0.1")]
    pub host: String,
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub port: u16,
    /// Do not open a browser
    #[arg(long, overrides_with = "browser")]
    pub no_browser: bool,
    #[arg(long, hide = true, overrides_with = "no_browser")]
    pub browser: bool,
}

impl Serve {
    /// What Python is asked for, once the page of documents was found.
    pub fn request(&self, written: &[PathBuf]) -> Json {
        json!({
            "command": "serve", "page": written.first(), "host": self.host, "port": self.port,
            "browser": !self.no_browser,
        })
    }
}

#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Clean {
    /// Remove folders outside of the project as well
    #[arg(long, overrides_with = "clean_project_files_only")]
    pub no_clean_project_files_only: bool,
    #[arg(long, hide = true, overrides_with = "no_clean_project_files_only")]
    pub clean_project_files_only: bool,
}

#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Debug {
    /// Check the connection only
    #[arg(long)]
    pub connection: bool,
    /// Only print the folder that profiles.yml is looked for in
    #[arg(long)]
    pub config_dir: bool,
}

#[derive(Clone, Copy, Debug, Default, Args)]
pub struct ShowSeeds {
    /// Print the first rows of seeds after they are loaded
    #[arg(long)]
    pub show: bool,
}

#[derive(Clone, Copy, Debug, Default, Args)]
pub struct FullRefresh {
    /// Rebuild incremental models and seeds from nothing
    #[arg(short, long, env = "DBT_FULL_REFRESH", hide_env = true, value_parser = BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub full_refresh: bool,
}

#[derive(Clone, Copy, Debug, Default, Args)]
pub struct StoreFailures {
    /// Keep the rows that fail a test in a table
    #[arg(long, env = "DBT_STORE_FAILURES", hide_env = true, value_parser = BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub store_failures: bool,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Run {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub full_refresh: FullRefresh,
    #[command(flatten)]
    pub empty: Empty,
    #[command(flatten)]
    pub times: Times,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Test {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub kinds: Kinds,
    #[command(flatten)]
    pub store_failures: StoreFailures,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Build {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub kinds: Kinds,
    #[command(flatten)]
    pub full_refresh: FullRefresh,
    #[command(flatten)]
    pub store_failures: StoreFailures,
    #[command(flatten)]
    pub show: ShowSeeds,
    // Saved queries are known and never run here.
    #[arg(long, hide = true)]
    pub export_saved_queries: bool,
    #[arg(long, hide = true)]
    pub no_export_saved_queries: bool,
    // `build` counts them either way, as in dbt.
    #[arg(long, hide = true)]
    pub include_saved_query: bool,
    #[arg(long, hide = true)]
    pub no_include_saved_query: bool,
    #[command(flatten)]
    pub empty: Empty,
    #[command(flatten)]
    pub times: Times,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Seed {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub full_refresh: FullRefresh,
    #[command(flatten)]
    pub show: ShowSeeds,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Compile {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub full_refresh: FullRefresh,
    /// SQL to compile in place of a selection; it may use ref() and source()
    #[arg(long, value_name = "SQL", conflicts_with_all = ["select", "models", "exclude", "selector"])]
    pub inline: Option<String>,
    /// How compiled SQL is printed
    #[arg(long, value_enum, ignore_case = true, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
    /// Do not ask the database while models are compiled
    #[arg(long, overrides_with = "introspect")]
    pub no_introspect: bool,
    #[arg(long, hide = true, overrides_with = "no_introspect")]
    pub introspect: bool,
    /// Leave references to ephemeral models as they are
    #[arg(long, overrides_with = "inject_ephemeral_ctes")]
    pub no_inject_ephemeral_ctes: bool,
    #[arg(long, hide = true, overrides_with = "no_inject_ephemeral_ctes")]
    pub inject_ephemeral_ctes: bool,
    #[command(flatten)]
    pub empty: Empty,
}

#[derive(Clone, Debug, Default, Args)]
pub struct List {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub kinds: Kinds,
    /// What to print of each node
    #[arg(long, value_enum, ignore_case = true, value_name = "FORMAT", default_value = "selector")]
    pub output: Output,
    /// Which fields `--output json` prints
    #[arg(long, num_args = 1.., value_name = "FIELD", value_delimiter = ' ')]
    pub output_keys: Vec<String>,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Generate {
    #[command(flatten)]
    pub selection: Selection,
    /// Do not render models before the page is written
    #[arg(long, overrides_with = "compile")]
    pub no_compile: bool,
    #[arg(long, hide = true, overrides_with = "no_compile")]
    pub compile: bool,
    /// Do not ask the database for its relations
    #[arg(long)]
    pub empty_catalog: bool,
    // The page is one file that opens from a disk in any case.
    #[arg(long, hide = true)]
    pub r#static: bool,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Snapshot {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub empty: Empty,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Check {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub kinds: Kinds,
    /// How findings are printed; `json` is one object
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Show {
    #[command(flatten)]
    pub selection: Selection,
    /// SQL to show in place of a selection; it may use ref() and source()
    #[arg(long, value_name = "SQL", conflicts_with_all = ["select", "models", "exclude", "selector"])]
    pub inline: Option<String>,
    /// The same, with no Jinja in it
    #[arg(long, value_name = "SQL", conflicts_with_all = ["select", "models", "exclude", "selector", "inline"])]
    pub inline_direct: Option<String>,
    #[command(flatten)]
    pub full_refresh: FullRefresh,
    /// Do not ask the database while models are compiled
    #[arg(long, overrides_with = "introspect")]
    pub no_introspect: bool,
    #[arg(long, hide = true, overrides_with = "no_introspect")]
    pub introspect: bool,
    /// How many rows to show; -1 is all of them
    #[arg(long, value_name = "COUNT", default_value_t = 5, allow_negative_numbers = true)]
    pub limit: i64,
    /// How rows are printed
    #[arg(long, value_enum, ignore_case = true, value_name = "FORMAT", default_value = "text")]
    pub output: RowFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    #[default]
    Text,
    Json,
}

impl RowFormat {
    /// As it is written behind `--output`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }
}

#[derive(Clone, Debug, Args)]
pub struct RunOperation {
    /// The macro: a name, or `package.name`
    #[arg(value_name = "MACRO")]
    pub name: String,
    /// The macro's arguments, as a YAML mapping: '{name: value}'
    #[arg(long, value_name = "YAML", default_value = "{}")]
    pub args: String,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Retry {
    #[command(flatten)]
    pub full_refresh: FullRefresh,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Deps {
    /// Resolve versions again, also when package-lock.yml is up to date
    #[arg(long)]
    pub upgrade: bool,
    /// Write package-lock.yml and install nothing
    #[arg(long)]
    pub lock: bool,
    /// Write one more package into packages.yml first
    #[arg(long, value_name = "NAME@VERSION")]
    pub add_package: Option<String>,
    /// Where the added package comes from
    #[arg(long, value_enum, value_name = "SOURCE", default_value = "hub")]
    pub source: PackageSource,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PackageSource {
    #[default]
    Hub,
    Git,
    Local,
}

impl Deps {
    /// What these arguments ask for.
    pub(super) fn ask(&self, version_check: bool) -> Ask {
        let from = match self.source {
            PackageSource::Hub => From::Hub,
            PackageSource::Git => From::Git,
            PackageSource::Local => From::Local,
        };
        let add = self.add_package.as_ref().map(|given| {
            // An address of a repository has an `@` of its own before the last slash.
            let split = given.rsplit_once('@').filter(|(_, version)| !version.contains(['/', ':']));
            let (name, version) =
                split.map_or((given.as_str(), None), |(name, version)| (name, Some(version.to_owned())));
            Added { name: name.to_owned(), version, from }
        });
        Ask { upgrade: self.upgrade, lock_only: self.lock, add, version_check }
    }
}

#[derive(Clone, Debug, Default, Args)]
pub struct Copies {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub kinds: Kinds,
    #[command(flatten)]
    pub full_refresh: FullRefresh,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Freshness {
    #[command(flatten)]
    pub selection: Selection,
    /// The file to write [default: sources.json in the target folder]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// The dotted name that selects the node
    #[default]
    Selector,
    Name,
    Path,
    /// One JSON object a line
    Json,
}
