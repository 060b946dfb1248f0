//! What a command is asked to do, by dbt's names.

use std::path::PathBuf;

use super::deps;
use super::graph::list::Form;
use super::manifest::ResourceType;
use super::run::check::told;
use super::run::direct::Direct;
use super::run::show::Show;

/// What a command does with the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verb {
    Build,
    Run,
    Test,
    Seed,
    Snapshot,
    Compile(Compile),
    Parse,
    List(Form),
    /// Write the documents; without `compile`, models keep the SQL that they were written with, and without `catalog`
    /// the database is not asked for its relations.
    Docs {
        compile: bool,
        catalog: bool,
    },
    /// Find the documents that were written.
    Serve,
    /// The first rows of nodes, or of SQL from the command line.
    Show(Show),
    /// The first rows of SQL from the command line that is sent as it is.
    Direct(Direct),
    /// A macro by name, with its arguments as a YAML mapping.
    Operation {
        name: String,
        arguments: String,
    },
    /// What failed or was skipped in the last run, by the command of that run.
    Retry,
    /// Views of what an earlier run left.
    Clone,
    /// Bind every node against the columns of its inputs, and run nothing.
    Check(told::Form),
    /// How old the data of sources is; `output` is where that is written.
    Freshness {
        output: Option<PathBuf>,
    },
    Debug(Debug),
    /// `outside` lets it remove folders that are not in the project.
    Clean {
        outside: bool,
    },
    /// Bring the packages that the project asks for.
    Deps(deps::Ask),
}

/// What to compile, and how it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compile {
    /// SQL from the command line in place of a selection.
    pub inline: Option<String>,
    pub json: bool,
}

/// How much `debug` looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Debug {
    /// Only the connection.
    pub connection: bool,
    /// Only where profiles are looked for.
    pub config_dir: bool,
}

impl Verb {
    /// dbt's name of the command.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Run => "run",
            Self::Test => "test",
            Self::Seed => "seed",
            Self::Snapshot => "snapshot",
            Self::Show(_) | Self::Direct(_) => "show",
            Self::Operation { .. } => "run-operation",
            Self::Retry => "retry",
            Self::Clone => "clone",
            Self::Freshness { .. } => "freshness",
            Self::Compile(_) => "compile",
            Self::Check(_) => "check",
            Self::Parse => "parse",
            Self::List(_) => "list",
            Self::Docs { .. } => "generate",
            Self::Serve => "serve",
            Self::Debug(_) => "debug",
            Self::Clean { .. } => "clean",
            Self::Deps(_) => "deps",
        }
    }

    /// SQL of the command line that stands in place of a selection.
    pub(super) fn inline(&self) -> Option<&str> {
        match self {
            Self::Compile(compile) => compile.inline.as_deref(),
            Self::Show(show) => show.inline.as_deref(),
            _ => None,
        }
    }

    /// Which kinds of nodes the command works on.
    pub(super) fn works_on(&self, kind: ResourceType) -> bool {
        use ResourceType::{
            Analysis, Exposure, Function, Metric, Model, Operation, SavedQuery, Seed, SemanticModel, Snapshot, Source,
            Test, UnitTest,
        };
        match self {
            Self::Build => matches!(kind, Model | Seed | Snapshot | Test | UnitTest | Exposure | SavedQuery | Function),
            Self::Run => kind == Model,
            Self::Test => matches!(kind, Test | UnitTest),
            Self::Seed => kind == Seed,
            Self::Clone => matches!(kind, Model | Seed | Snapshot),
            Self::Snapshot => kind == Snapshot,
            Self::Show(_) => matches!(kind, Model | Seed | Snapshot | Test | Analysis),
            Self::Freshness { .. } => kind == Source,
            Self::Compile(_) => matches!(kind, Model | Test | Analysis | Snapshot | Seed | Function | Operation),
            Self::Docs { .. } => matches!(kind, Model | Test | Analysis | Snapshot | Operation),
            Self::Check(_) => matches!(kind, Model | Seed | Snapshot | Test | UnitTest | Analysis | Function),
            Self::List(_) => {
                matches!(kind, Model | Seed | Snapshot | Test | UnitTest | Source | Exposure | Analysis)
                    || matches!(kind, Metric | SemanticModel | SavedQuery | Function)
            }
            Self::Parse
            | Self::Operation { .. }
            | Self::Retry
            | Self::Serve
            | Self::Debug(_)
            | Self::Direct(_)
            | Self::Clean { .. }
            | Self::Deps(_) => false,
        }
    }

    /// Whether it works on files that hold nothing as well: they are listed and documented, and there is nothing to run.
    pub(super) fn sees_empty(&self) -> bool {
        matches!(self, Self::List(_) | Self::Docs { .. } | Self::Check(_))
    }
}
