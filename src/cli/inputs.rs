//! Flags that decide which rows a run reads: `--empty`, `--sample`, the event times of batches.

use std::path::PathBuf;

use chrono::Utc;
use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args};
use serde_json::{Map, Value as Json, json};

use super::args::Arguments;
use super::commands::Command;
use crate::error::Result;
use crate::transform::run::inputs::Inputs;
use crate::transform::run::window::{event_times, iso, sample};

#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Empty {
    /// Build relations without rows: what they refer to is read as if it were empty
    #[arg(long, env = "DBT_EMPTY", hide_env = true, value_parser = BoolishValueParser::new(), action = ArgAction::SetTrue, overrides_with = "no_empty")]
    pub empty: bool,
    #[arg(long, hide = true, overrides_with = "empty")]
    pub no_empty: bool,
}

#[derive(Clone, Debug, Default, Args)]
pub struct Times {
    /// Read the rows of a window where an event_time is known: '3 days', or '{start: 2024-01-01, end: 2024-02-01}'
    #[arg(long, value_name = "WINDOW", env = "DBT_SAMPLE", hide_env = true)]
    pub sample: Option<String>,
    /// Build the batches of microbatch models from this time on
    #[arg(long, value_name = "TIME", env = "DBT_EVENT_TIME_START", hide_env = true)]
    pub event_time_start: Option<String>,
    /// Build the batches of microbatch models up to this time
    #[arg(long, value_name = "TIME", env = "DBT_EVENT_TIME_END", hide_env = true)]
    pub event_time_end: Option<String>,
}

/// What is not built here is read from where an earlier run left it.
#[derive(Clone, Debug, Default, Args)]
pub struct Deferral {
    /// Read what is not there from where the run of --state left it
    #[arg(long, global = true, env = "DBT_DEFER", hide_env = true, value_parser = BoolishValueParser::new(), action = ArgAction::SetTrue, overrides_with = "no_defer")]
    pub defer: bool,
    #[arg(long, global = true, hide = true, overrides_with = "defer")]
    pub no_defer: bool,
    /// With --defer: read what is not selected from there, even if it is here
    #[arg(long, global = true, env = "DBT_FAVOR_STATE", hide_env = true, value_parser = BoolishValueParser::new(), action = ArgAction::SetTrue, overrides_with = "no_favor_state")]
    pub favor_state: bool,
    #[arg(long, global = true, hide = true, overrides_with = "favor_state")]
    pub no_favor_state: bool,
    /// The folder of that run, when it is not that of --state
    #[arg(long, global = true, value_name = "FOLDER", env = "DBT_DEFER_STATE", hide_env = true)]
    pub defer_state: Option<PathBuf>,
}

impl Command {
    // `None` for a command that does not take the flag.
    fn empty(&self) -> Option<bool> {
        match self {
            Self::Up(build) | Self::Build(build) => Some(build.empty.empty),
            Self::Run(run) => Some(run.empty.empty),
            Self::Compile(compile) => Some(compile.empty.empty),
            Self::Snapshot(snapshot) => Some(snapshot.empty.empty),
            Self::Test(_)
            | Self::Seed(_)
            | Self::Check(_)
            | Self::Ls(_)
            | Self::Docs { .. }
            | Self::Show(_)
            | Self::RunOperation(_)
            | Self::Retry(_)
            | Self::Clone(_)
            | Self::Deps(_)
            | Self::Source { .. }
            | Self::Parse
            | Self::Debug(_)
            | Self::Clean(_) => None,
        }
    }

    fn times(&self) -> Option<&Times> {
        match self {
            Self::Up(build) | Self::Build(build) => Some(&build.times),
            Self::Run(run) => Some(&run.times),
            Self::Compile(_)
            | Self::Snapshot(_)
            | Self::Test(_)
            | Self::Seed(_)
            | Self::Check(_)
            | Self::Ls(_)
            | Self::Docs { .. }
            | Self::Show(_)
            | Self::RunOperation(_)
            | Self::Retry(_)
            | Self::Clone(_)
            | Self::Deps(_)
            | Self::Source { .. }
            | Self::Parse
            | Self::Debug(_)
            | Self::Clean(_) => None,
        }
    }
}

impl Arguments {
    /// What these flags come to; an error says which of them cannot be read.
    pub(super) fn inputs(&self) -> Result<Inputs> {
        let none = Times::default();
        let times = self.command.times().unwrap_or(&none);
        let deferral = &self.global.deferral;
        Ok(Inputs {
            defer: deferral.defer,
            favor_state: deferral.favor_state,
            defer_state: deferral.defer_state.clone(),
            empty: self.command.empty().unwrap_or(false),
            sample: times.sample.as_deref().map(|text| sample(text, Utc::now())).transpose()?,
            event_times: event_times(times.event_time_start.as_deref(), times.event_time_end.as_deref())?,
            ..Inputs::default()
        })
    }

    /// What `flags` answers about them in templates, and artifacts keep of them.
    pub(super) fn input_flags(&self) -> Map<String, Json> {
        let mut flags = Map::new();
        flags.extend(self.command.empty().map(|empty| ("EMPTY".to_owned(), json!(empty))));
        flags.insert("DEFER".to_owned(), json!(self.global.deferral.defer));
        flags.insert("FAVOR_STATE".to_owned(), json!(self.global.deferral.favor_state));
        let folder = self.global.deferral.defer_state.as_ref();
        flags.insert("DEFER_STATE".to_owned(), json!(folder.map(|folder| folder.display().to_string())));
        flags
    }
}

/// The windows that flags come to, as `flags` and artifacts tell of them.
pub(super) fn windows(inputs: &Inputs) -> impl Iterator<Item = (String, Json)> {
    let sample =
        inputs.sample.map(|window| ("SAMPLE".to_owned(), json!({"start": iso(window.start), "end": iso(window.end)})));
    let times = inputs.event_times.map(|window| {
        [("EVENT_TIME_START", window.start), ("EVENT_TIME_END", window.end)]
            .map(|(name, time)| (name.to_owned(), json!(iso(time).trim_end_matches("+00:00"))))
    });
    sample.into_iter().chain(times.into_iter().flatten())
}
