//! What is worth telling while something runs.
//!
//! Rooms tell; they never print. Whoever starts a run hands a [`Sink`] down and decides how an event looks:
//! the command line draws lines, Python callbacks get objects, a log gets JSON.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

/// What is said of a node whenever it is spoken of.
#[derive(Clone, Debug, Default)]
pub struct NodeInfo {
    pub unique_id: String,
    pub name: String,
    pub resource_type: String,
    pub materialized: String,
    /// How the lines of a run call it: `sql table model main.orders`.
    pub description: String,
    /// Relative to the folder of its kind: `staging/orders.sql`.
    pub path: String,
    /// Relative to the project: `models/staging/orders.sql`.
    pub file: String,
    pub checksum: String,
    pub database: String,
    pub schema: String,
    pub alias: String,
    /// The quoted name of what it makes; empty when it makes nothing.
    pub relation_name: String,
    pub started_at: Option<DateTime<Utc>>,
}

/// One thing that happened. Names and counts only, ready to be shown; never a secret.
#[derive(Clone, Debug)]
pub enum Event {
    /// A run began: what it will do, in words (`"Found 4 models, 12 data tests"`).
    Started { command: String, summary: String },
    /// A line of text for the person who watches.
    Info { message: String },
    /// Something that a user should know and that stops nothing. The text is a whole screen when it has a place.
    Warning { message: String },
    /// Node `index` of `total` began.
    NodeStarted { index: usize, total: usize, node: Arc<NodeInfo> },
    /// Node `index` of `total` ended with dbt's status word (`success`, `error`, `pass`, `fail`, `warn`, `skipped`).
    NodeFinished {
        index: usize,
        total: usize,
        node: Arc<NodeInfo>,
        status: String,
        message: String,
        elapsed: Duration,
        /// What a test counted.
        failures: Option<i64>,
    },
    /// Rows that a step has moved so far.
    Progress { step: String, name: String, rows: u64, total: Option<u64> },
    /// A log line that a template asked for: `log(message, info=true)` or `print(message)`.
    Log { message: String, info: bool },
    /// The run ended.
    Finished { command: String, elapsed: Duration },
}

/// Takes events, from any thread.
pub trait Sink: Send + Sync {
    fn tell(&self, event: Event);
}

/// Drops every event.
pub struct Silent;

impl Sink for Silent {
    fn tell(&self, _event: Event) {}
}

/// Keeps every event, for tests and for callers that read them afterwards.
#[derive(Default)]
pub struct Recording(std::sync::Mutex<Vec<Event>>);

impl Recording {
    pub fn events(&self) -> Vec<Event> {
        self.0.lock().expect("no thread panics while it holds the events").clone()
    }
}

impl Sink for Recording {
    fn tell(&self, event: Event) {
        self.0.lock().expect("no thread panics while it holds the events").push(event);
    }
}
