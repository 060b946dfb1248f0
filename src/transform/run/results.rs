//! How each node ended, in dbt's words.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json};

use super::table::Table;
use super::window::{self, Window};
use crate::error::Error;
pub use crate::event::Timing;
use crate::transform::manifest::{Node, ResourceType, UniqueId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Success,
    /// Some batches of a model were built, and some failed.
    PartialSuccess,
    Pass,
    Warn,
    Fail,
    Error,
    /// The age of a source could not be found out.
    RuntimeError,
    Skipped,
    NoOp,
}

impl Status {
    /// dbt's word, as in `run_results.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::PartialSuccess => "partial success",
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Error => "error",
            Self::RuntimeError => "runtime error",
            Self::Skipped => "skipped",
            Self::NoOp => "no-op",
        }
    }

    /// Whether the command ends with code 1 because of it.
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Fail | Self::Error | Self::RuntimeError | Self::PartialSuccess)
    }
}

impl Timing {
    /// Runs `work` and says when.
    pub fn of<T>(name: &'static str, work: impl FnOnce() -> T) -> (T, Self) {
        let started_at = Utc::now();
        let value = work();
        (value, Self { name, started_at, completed_at: Utc::now() })
    }
}

/// The status that dbt's word stands for; what is no word of ours has nothing to do.
pub fn status_of(word: &str) -> Status {
    use Status::{Error, Fail, PartialSuccess, Pass, RuntimeError, Skipped, Success, Warn};
    [Success, PartialSuccess, Pass, Warn, Fail, Error, RuntimeError, Skipped]
        .into_iter()
        .find(|status| status.name() == word)
        .unwrap_or(Status::NoOp)
}

#[derive(Clone, Debug)]
pub struct NodeResult {
    pub unique_id: UniqueId,
    pub resource_type: ResourceType,
    pub status: Status,
    pub timing: Vec<Timing>,
    pub thread_id: String,
    pub elapsed: Duration,
    /// `{"_message": "OK"}`, with `code` and `rows_affected` when the database tells them.
    pub adapter_response: Map<String, Json>,
    pub message: Option<String>,
    pub failures: Option<i64>,
    pub compiled_code: Option<Arc<str>>,
    /// Of a model that is built in batches.
    pub batches: Option<BatchResults>,
    pub relation_name: Option<String>,
    /// The whole screen behind a status of `error`.
    pub error: Option<Error>,
    /// The rows that `show` showed.
    pub shown: Option<Table>,
    /// The node, when it came from the command line and stands in no manifest.
    pub nameless: Option<Arc<Node>>,
}

impl NodeResult {
    pub fn new(unique_id: UniqueId, resource_type: ResourceType, status: Status) -> Self {
        Self {
            unique_id,
            resource_type,
            status,
            timing: Vec::new(),
            thread_id: "main".to_owned(),
            elapsed: Duration::ZERO,
            adapter_response: Map::new(),
            message: None,
            failures: None,
            compiled_code: None,
            batches: None,
            relation_name: None,
            error: None,
            shown: None,
            nameless: None,
        }
    }

    /// As `run_results.json` and templates' `results` show it.
    pub fn to_json(&self) -> Json {
        let has_no_code = matches!(
            self.resource_type,
            ResourceType::Seed | ResourceType::Source | ResourceType::Exposure | ResourceType::SavedQuery
        );
        // A unit test has code once its node is made, and no other state before.
        let is_unmade_test = self.resource_type == ResourceType::UnitTest && self.compiled_code.is_none();
        serde_json::json!({
            "status": self.status.name(),
            "timing": self.timing.iter().map(|timing| serde_json::json!({
                "name": timing.name,
                "started_at": stamp(timing.started_at),
                "completed_at": stamp(timing.completed_at),
            })).collect::<Vec<_>>(),
            "thread_id": self.thread_id,
            "execution_time": self.elapsed.as_secs_f64(),
            "adapter_response": self.adapter_response,
            "message": self.message,
            "failures": self.failures,
            "unique_id": &*self.unique_id,
            "compiled": if has_no_code || is_unmade_test { Json::Null } else { Json::Bool(self.compiled_code.is_some()) },
            "compiled_code": self.compiled_code.as_deref(),
            "relation_name": self.relation_name.as_deref().filter(|_| !has_no_code),
            "batch_results": self.batches.as_ref().map(BatchResults::to_json),
        })
    }
}

/// Which batches of a model were built, and which were not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchResults {
    pub successful: Vec<Window>,
    pub failed: Vec<Window>,
}

impl BatchResults {
    /// As `run_results.json` shows it: pairs of times.
    pub fn to_json(&self) -> Json {
        let time = |time: DateTime<Utc>| time.format("%Y-%m-%dT%H:%M:%S+00:00").to_string();
        let pairs =
            |batches: &[Window]| batches.iter().map(|batch| [time(batch.start), time(batch.end)]).collect::<Vec<_>>();
        serde_json::json!({"successful": pairs(&self.successful), "failed": pairs(&self.failed)})
    }

    /// What an earlier `run_results.json` says; what is no time is left out.
    pub fn of(stored: &Json) -> Self {
        let pairs = |key: &str| {
            let of = |pair: &Json| {
                let time = |place: usize| pair.get(place).and_then(Json::as_str).and_then(window::time);
                Some(Window { start: time(0)?, end: time(1)? })
            };
            stored[key].as_array().into_iter().flatten().filter_map(of).collect()
        };
        Self { successful: pairs("successful"), failed: pairs("failed") }
    }
}

/// A time as dbt's artifacts write it.
pub fn stamp(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// How many ended how, for the last line of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub pass: usize,
    pub warn: usize,
    pub error: usize,
    pub skip: usize,
    pub no_op: usize,
}

impl Totals {
    /// ```
    /// # use gristmill::transform::run::results::{Status, Totals};
    /// let totals = Totals::of([Status::Success, Status::Pass, Status::Fail]);
    /// assert_eq!(totals.to_string(), "PASS=2 WARN=0 ERROR=1 SKIP=0 NO-OP=0 TOTAL=3");
    /// ```
    pub fn of(statuses: impl IntoIterator<Item = Status>) -> Self {
        let mut totals = Self::default();
        for status in statuses {
            match status {
                Status::Success | Status::Pass => totals.pass += 1,
                Status::Warn => totals.warn += 1,
                Status::Fail | Status::Error | Status::RuntimeError | Status::PartialSuccess => totals.error += 1,
                Status::Skipped => totals.skip += 1,
                Status::NoOp => totals.no_op += 1,
            }
        }
        totals
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { pass, warn, error, skip, no_op } = *self;
        let total = pass + warn + error + skip + no_op;
        write!(f, "PASS={pass} WARN={warn} ERROR={error} SKIP={skip} NO-OP={no_op} TOTAL={total}")
    }
}
