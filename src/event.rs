//! What is worth telling while something runs.
//!
//! Rooms tell; they never print. Whoever starts a run hands a [`Sink`] down and decides how an event looks:
//! the command line draws lines, Python callbacks get objects, a log gets JSON.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json};

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
    /// `meta` of its config, an object.
    pub meta: Map<String, Json>,
    /// The id of the node that a test tests.
    pub attached_node: String,
    /// Where its compiled SQL is written, relative to the project; empty when it has none.
    pub compiled_path: String,
}

/// How a node ended, in the words of dbt's results.
#[derive(Clone, Debug, Default)]
pub struct Ended {
    /// `success`, `error`, `pass`, `fail`, `warn`, `skipped`, ...
    pub status: String,
    pub message: String,
    pub elapsed: Duration,
    /// What a test counted.
    pub failures: Option<i64>,
    /// The relation in which a test keeps the rows that fail.
    pub kept_in: Option<String>,
    /// dbt's name of the thread.
    pub thread: String,
    /// `{"_message": "OK"}` and what else the database told.
    pub adapter_response: Map<String, Json>,
    pub timing: Vec<Timing>,
}

/// One phase of a node's run: `compile` or `execute`.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    pub name: &'static str,
    pub started_at: DateTime<Utc>,
    pub completed_at: DateTime<Utc>,
}

/// One thing that happened, ready to be shown; never a secret.
#[derive(Clone, Debug)]
pub enum Event {
    /// A command begins; told first.
    Version,
    /// The flags of the command, by lower-case name.
    Arguments {
        args: Map<String, Json>,
    },
    /// The adapter that the profile asks for is there.
    Adapter {
        name: &'static str,
        version: &'static str,
    },
    /// A run began: what it will do, in words (`"Found 4 models, 12 data tests"`).
    Started {
        command: String,
        summary: String,
    },
    /// How much runs at the same time.
    Concurrency {
        threads: usize,
        target: String,
        nodes: usize,
    },
    /// A line of text for the person who watches.
    Info {
        message: String,
    },
    /// Something that a user should know and that stops nothing. The text is a whole screen when it has a place.
    Warning {
        message: String,
    },
    /// A warning that dbt has a name for, by which it may be made an error or be silenced.
    Named {
        name: &'static str,
        message: String,
    },
    /// A criterion of the selection names nothing that is enabled.
    NoneSelected {
        criterion: String,
        message: String,
    },
    /// Nothing is selected at all.
    NothingToDo,
    /// A node's turn has come. `index` of `total`; 0 of 0 has no line of its own.
    NodeStarted {
        index: usize,
        total: usize,
        node: Arc<NodeInfo>,
    },
    /// The SQL of the node that runs on this thread is being rendered.
    NodeCompiling,
    /// The SQL of the node that runs on this thread is written, and the node is being made.
    NodeExecuting,
    /// The node that runs on this thread sends a statement to the database.
    Statement {
        sql: String,
    },
    /// The last statement of this thread ended.
    StatementDone {
        success: bool,
        elapsed: Duration,
    },
    NodeFinished {
        index: usize,
        total: usize,
        node: Arc<NodeInfo>,
        ended: Arc<Ended>,
    },
    /// Rows that a step has moved so far.
    Progress {
        step: String,
        name: String,
        rows: u64,
        total: Option<u64>,
    },
    /// A log line that a template asked for with `log(message, info)`.
    Log {
        message: String,
        info: bool,
    },
    /// What a template asked for with `print(message)`.
    Print {
        message: String,
    },
    /// All nodes and hooks have ended; what they were, in words (`"2 project hooks, 1 seed"`).
    Ran {
        summary: String,
        elapsed: Duration,
    },
    /// An artifact was written; `kind` is dbt's name of it.
    Wrote {
        kind: &'static str,
        path: String,
    },
    /// A command over nodes has done its work: what failed is told once more, then how many ended how.
    Totals {
        /// Somebody stopped it.
        interrupted: bool,
    },
    /// The SQL that a node came to, for the person who asked.
    Compiled {
        node: Arc<NodeInfo>,
        sql: String,
        is_inline: bool,
        json: bool,
        /// Without a line that says what it is.
        quiet: bool,
    },
    /// A node that was worked on and is not told of, since nobody named it.
    Excluded {
        name: String,
    },
    /// Rows of a node: as they are printed, and alone, as a table or a JSON array.
    Shown {
        node: Arc<NodeInfo>,
        text: String,
        preview: String,
        is_inline: bool,
        json: bool,
        quiet: bool,
    },
    /// An error ended the command.
    Failed {
        message: String,
    },
    /// The command ended.
    Finished {
        command: String,
        success: bool,
        elapsed: Duration,
    },
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
