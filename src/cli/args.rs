//! The command line: one definition that parses, explains and completes it.
//!
//! Commands and flags carry dbt's names, may stand before or after the command where dbt allows both, and read dbt's
//! `DBT_*` variables. A flag is here only when it does what it says.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use serde_json::{Map, Value as Json, json};

pub use super::commands::{Command, Docs, Output, SourceCommand};
use super::inputs::Deferral;
use super::pipelines;
use crate::transform::graph::method;
use crate::transform::graph::select::Request;
use crate::transform::graph::selector::Indirect;
use crate::transform::manifest::ResourceType;
use crate::transform::project::{Environment, ProjectOptions};

/// Raw data to tested, documented tables: load with pipelines, transform with models, test, document.
#[derive(Clone, Debug, Parser)]
#[command(name = "gristmill", version, propagate_version = true, max_term_width = 100, subcommand_required = true)]
pub(super) struct Line {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Any,
}

/// Any command, by who carries it out.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum Any {
    #[command(flatten)]
    Pipelines(pipelines::Command),
    #[command(flatten)]
    Project(Command),
    /// Print a script that completes commands and flags in your shell
    Completions {
        #[arg(value_enum)]
        shell: Shell,
    },
}

/// What a command over a project was given.
#[derive(Clone, Debug)]
pub struct Arguments {
    pub global: Global,
    pub command: Command,
}

/// Flags that any command takes, before or after its name.
#[derive(Clone, Debug, Default, Args)]
pub struct Global {
    /// The folder that holds dbt_project.yml [default: the nearest one at or above the working directory]
    #[arg(long, global = true, value_name = "FOLDER", env = "DBT_PROJECT_DIR", hide_env = true)]
    pub project_dir: Option<PathBuf>,
    /// The folder that holds profiles.yml [default: the working directory, the project, then ~/.dbt]
    #[arg(long, global = true, value_name = "FOLDER", env = "DBT_PROFILES_DIR", hide_env = true)]
    pub profiles_dir: Option<PathBuf>,
    /// The profile to use in place of the one dbt_project.yml names
    #[arg(long, global = true, value_name = "NAME", env = "DBT_PROFILE", hide_env = true)]
    pub profile: Option<String>,
    /// The target of the profile
    #[arg(short, long, global = true, value_name = "NAME", env = "DBT_TARGET", hide_env = true)]
    pub target: Option<String>,
    /// How many nodes may run at the same time
    #[arg(long, global = true, value_name = "COUNT", env = "DBT_THREADS", hide_env = true, value_parser = threads)]
    pub threads: Option<usize>,
    /// Variables for `var()`, as a YAML mapping: '{start: 2024-01-01}'
    #[arg(long, global = true, value_name = "YAML", env = "DBT_VARS", hide_env = true)]
    pub vars: Option<String>,
    /// Where artifacts are written, relative to the project [default: target]
    #[arg(long, global = true, value_name = "FOLDER", env = "DBT_TARGET_PATH", hide_env = true)]
    pub target_path: Option<PathBuf>,
    /// Stop at the first failure
    #[arg(short = 'x', long, global = true, env = "DBT_FAIL_FAST", hide_env = true, value_parser = BoolishValueParser::new(), action = ArgAction::SetTrue, overrides_with = "no_fail_fast")]
    pub fail_fast: bool,
    #[arg(long, global = true, hide = true, overrides_with = "fail_fast")]
    pub no_fail_fast: bool,
    /// Print errors and results only
    #[arg(short, long, global = true, env = "DBT_QUIET", hide_env = true, value_parser = BoolishValueParser::new(), action = ArgAction::SetTrue, overrides_with = "no_quiet")]
    pub quiet: bool,
    #[arg(long, global = true, hide = true, overrides_with = "quiet")]
    pub no_quiet: bool,
    /// Take warnings for errors
    #[arg(long, global = true, env = "DBT_WARN_ERROR", hide_env = true, value_parser = BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub warn_error: bool,
    /// How log lines look
    #[arg(long, global = true, value_enum, value_name = "FORMAT", env = "DBT_LOG_FORMAT", hide_env = true)]
    pub log_format: Option<LogFormat>,
    /// A folder to keep the log in too, as JSON lines in dbt.log
    #[arg(long, global = true, value_name = "FOLDER", env = "DBT_LOG_PATH", hide_env = true)]
    pub log_path: Option<PathBuf>,
    /// Never use colours
    #[arg(long, global = true, overrides_with = "use_colors")]
    pub no_use_colors: bool,
    #[arg(long, global = true, hide = true, overrides_with = "no_use_colors")]
    pub use_colors: bool,
    /// Do not print what templates print
    #[arg(long, global = true, overrides_with = "print")]
    pub no_print: bool,
    #[arg(long, global = true, hide = true, overrides_with = "no_print")]
    pub print: bool,
    /// Do not write artifacts
    #[arg(long, global = true, overrides_with = "write_json")]
    pub no_write_json: bool,
    #[arg(long, global = true, hide = true, overrides_with = "no_write_json")]
    pub write_json: bool,
    #[command(flatten)]
    pub deferral: Deferral,
    /// Parse every file anew
    #[arg(long, global = true)]
    pub no_partial_parse: bool,
    // This asks for what always holds here: nothing is ever sent anywhere.
    #[arg(long, global = true, hide = true)]
    pub no_send_anonymous_usage_stats: bool,
    #[arg(long, global = true, hide = true)]
    pub no_version_check: bool,
    #[arg(long, global = true, hide = true)]
    pub no_static_parser: bool,
    #[arg(long, global = true, hide = true)]
    pub cache_selected_only: bool,
}

/// Which nodes a command works on.
#[derive(Clone, Debug, Default, Args)]
pub struct Selection {
    /// Nodes to take: names, tag:x, path:x, +upstream, downstream+, @all
    #[arg(short, long = "select", alias = "models", alias = "model", short_alias = 'm', num_args = 1.., value_name = "SELECTOR")]
    pub select: Vec<String>,
    /// Nodes to leave out
    #[arg(long, num_args = 1.., value_name = "SELECTOR")]
    pub exclude: Vec<String>,
    /// A selection that selectors.yml defines
    #[arg(long, value_name = "NAME", conflicts_with_all = ["select", "exclude"])]
    pub selector: Option<String>,
    /// The folder with the artifacts of an earlier run, for state:modified and result:error
    #[arg(long, value_name = "FOLDER", env = "DBT_STATE", hide_env = true)]
    pub state: Option<PathBuf>,
    /// Which tests come along with the nodes they test
    #[arg(
        long,
        value_enum,
        value_name = "MODE",
        env = "DBT_INDIRECT_SELECTION",
        hide_env = true,
        default_value = "eager"
    )]
    pub indirect_selection: IndirectSelection,
}

/// Which kinds of nodes a command works on.
#[derive(Clone, Debug, Default, Args)]
pub struct Kinds {
    /// Take these kinds of nodes only
    #[arg(long, alias = "resource-types", num_args = 1.., value_name = "KIND", value_parser = resource_type, env = "DBT_RESOURCE_TYPES", hide_env = true, value_delimiter = ' ')]
    pub resource_type: Vec<ResourceKind>,
    /// Leave out these kinds of nodes
    #[arg(long, alias = "exclude-resource-types", num_args = 1.., value_name = "KIND", value_parser = resource_type, env = "DBT_EXCLUDE_RESOURCE_TYPES", hide_env = true, value_delimiter = ' ')]
    pub exclude_resource_type: Vec<ResourceKind>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    #[default]
    #[value(alias = "default")]
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum IndirectSelection {
    /// Tests with any selected parent
    #[default]
    Eager,
    /// Tests all of whose parents are selected
    Cautious,
    /// Tests whose parents are selected or upstream of them
    Buildable,
    /// No tests but those named
    Empty,
}

/// A kind of node as `--resource-type` names it; `All` and `Default` are dbt's words for no restriction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceKind {
    One(ResourceType),
    /// A kind that dbt knows and no project can have here.
    Absent,
    All,
    Default,
}

fn resource_type(text: &str) -> Result<ResourceKind, String> {
    match text {
        "all" => Ok(ResourceKind::All),
        "default" => Ok(ResourceKind::Default),
        _ => match method::kind_named(text) {
            Some(Some(kind)) => Ok(ResourceKind::One(kind)),
            Some(None) => Ok(ResourceKind::Absent),
            None => {
                Err("it is one of model, seed, snapshot, test, analysis, source, exposure, unit_test, all".to_owned())
            }
        },
    }
}

fn threads(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "it is a number of at least 1".to_owned())
}

impl Arguments {
    /// What these arguments say about the project to load.
    pub fn project_options(&self, environment: Environment) -> ProjectOptions {
        let global = &self.global;
        ProjectOptions {
            project_dir: global.project_dir.clone(),
            profiles_dir: global.profiles_dir.clone(),
            profile: global.profile.clone(),
            target: global.target.clone(),
            threads: global.threads,
            vars: global.vars.clone(),
            target_path: global.target_path.clone(),
            flags: self.flags(),
            environment,
            working_dir: None,
            invocation_id: None,
        }
    }

    /// What these arguments select.
    pub fn request(&self) -> Request {
        let mut request = Request::default();
        if let Some(selection) = self.command.selection() {
            request.select.clone_from(&selection.select);
            request.exclude.clone_from(&selection.exclude);
            request.selector.clone_from(&selection.selector);
            request.state.clone_from(&selection.state);
            request.indirect = match selection.indirect_selection {
                IndirectSelection::Eager => Indirect::Eager,
                IndirectSelection::Cautious => Indirect::Cautious,
                IndirectSelection::Buildable => Indirect::Buildable,
                IndirectSelection::Empty => Indirect::Empty,
            };
        }
        if let Some(kinds) = self.command.kinds() {
            // A word for "all" lifts the restriction of the others.
            if !kinds.resource_type.iter().any(|kind| matches!(kind, ResourceKind::All | ResourceKind::Default)) {
                request.resource_types = only(&kinds.resource_type);
            }
            request.exclude_resource_types = only(&kinds.exclude_resource_type);
        }
        request
    }

    /// What `flags` answers in templates.
    fn flags(&self) -> Map<String, Json> {
        let entries = [
            ("WHICH", json!(self.command.name())),
            ("FULL_REFRESH", json!(self.command.full_refresh())),
            ("STORE_FAILURES", json!(self.command.store_failures())),
            ("FAIL_FAST", json!(self.global.fail_fast)),
            ("QUIET", json!(self.global.quiet)),
            ("WARN_ERROR", json!(self.global.warn_error)),
            ("PRINT", json!(!self.global.no_print)),
            ("USE_COLORS", json!(!self.global.no_use_colors)),
            ("WRITE_JSON", json!(!self.global.no_write_json)),
        ];
        let own = entries.into_iter().map(|(name, value)| (name.to_owned(), value));
        // What is not said is for the environment and the project to say.
        let parse = self.global.no_partial_parse.then(|| ("PARTIAL_PARSE".to_owned(), json!(false)));
        own.chain(self.input_flags()).chain(parse).collect()
    }
}

fn only(kinds: &[ResourceKind]) -> Vec<ResourceType> {
    let one = |kind: &ResourceKind| match kind {
        ResourceKind::One(kind) => Some(*kind),
        ResourceKind::Absent | ResourceKind::All | ResourceKind::Default => None,
    };
    kinds.iter().filter_map(one).collect()
}
