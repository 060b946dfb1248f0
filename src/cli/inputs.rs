//! Flags that decide which rows a run reads: `--empty`, `--sample`, the event times of batches.

use chrono::Utc;
use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args};
use serde_json::{Map, Value as Json, json};

use super::commands::Command;
use crate::error::Result;
use crate::transform::run::inputs::Inputs;
use crate::transform::run::window::{event_times, sample};

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

impl Command {
    fn empty(&self) -> bool {
        match self {
            Self::Up(build) | Self::Build(build) => build.empty.empty,
            Self::Run(run) => run.empty.empty,
            Self::Compile(compile) => compile.empty.empty,
            Self::Snapshot(snapshot) => snapshot.empty.empty,
            _ => false,
        }
    }

    fn times(&self) -> Option<&Times> {
        match self {
            Self::Up(build) | Self::Build(build) => Some(&build.times),
            Self::Run(run) => Some(&run.times),
            _ => None,
        }
    }

    /// What these flags come to; an error says which of them cannot be read.
    pub(super) fn inputs(&self) -> Result<Inputs> {
        let none = Times::default();
        let times = self.times().unwrap_or(&none);
        Ok(Inputs {
            empty: self.empty(),
            sample: times.sample.as_deref().map(|text| sample(text, Utc::now())).transpose()?,
            event_times: event_times(times.event_time_start.as_deref(), times.event_time_end.as_deref())?,
            ..Inputs::default()
        })
    }

    /// What `flags` answers about them in templates, and artifacts keep of them.
    pub(super) fn input_flags(&self) -> Map<String, Json> {
        let mut flags = Map::new();
        flags.insert("EMPTY".to_owned(), json!(self.empty()));
        if let Some(times) = self.times() {
            for (name, value) in [
                ("SAMPLE", &times.sample),
                ("EVENT_TIME_START", &times.event_time_start),
                ("EVENT_TIME_END", &times.event_time_end),
            ] {
                flags.extend(value.as_ref().map(|value| (name.to_owned(), json!(value))));
            }
        }
        flags
    }
}
