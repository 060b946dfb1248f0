//! One entry of the log: dbt's name and code of what happened, its level, the line for people, the data for programs.

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};

use crate::transform::artifacts::metadata_environment;
use crate::transform::run::results::stamp;

/// How much an entry matters; a log shows what matters as much as it asks for, or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

impl Level {
    pub fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// How the text of an entry stands in a log for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Behind the time, line by line.
    Timed,
    /// As it is: what a template prints, what a command lists.
    Plain,
    /// The first line behind the time, the others as they are.
    Headed,
    /// A screen of its own, indented: the whole text of an error.
    Screen,
}

/// What happened, ready to be written as text or as JSON.
#[derive(Clone, Debug)]
pub struct Entry {
    pub name: &'static str,
    pub code: &'static str,
    pub level: Level,
    pub form: Form,
    /// With the escapes of colours; see [`uncolored`].
    pub message: String,
    pub data: Json,
    pub thread: String,
    pub at: DateTime<Utc>,
}

impl Entry {
    pub fn new(name: &'static str, code: &'static str, level: Level, message: impl Into<String>, data: Json) -> Self {
        let thread = std::thread::current();
        // Whoever does not work on nodes is dbt's main thread.
        let thread = thread.name().filter(|name| name.starts_with("Thread-")).unwrap_or("MainThread").to_owned();
        Self { name, code, level, form: Form::Timed, message: message.into(), data, thread, at: Utc::now() }
    }

    #[must_use]
    pub fn in_form(self, form: Form) -> Self {
        Self { form, ..self }
    }

    /// The time of day where the reader is.
    pub fn clock(&self, form: &str) -> String {
        self.at.with_timezone(&chrono::Local).format(form).to_string()
    }

    /// The object that `--log-format json` writes as one line.
    pub fn to_json(&self, invocation_id: &str) -> Json {
        json!({
            "data": self.data,
            "info": {
                "category": "",
                "code": self.code,
                "extra": metadata_environment(),
                "invocation_id": invocation_id,
                "level": self.level.name(),
                "msg": uncolored(&self.message),
                "name": self.name,
                "pid": std::process::id(),
                "thread": self.thread,
                "ts": stamp(self.at),
            }
        })
    }
}

/// The text without the escapes that colour it.
///
/// ```
/// # use gristmill::cli::entry::uncolored;
/// assert_eq!(uncolored("[\u{1b}[32mOK\u{1b}[0m in 0.01s]"), "[OK in 0.01s]");
/// ```
pub fn uncolored(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, escaped)) = rest.split_once("\x1b[") {
        out.push_str(before);
        let end = escaped.find(|letter: char| letter.is_ascii_alphabetic());
        rest = end.map_or("", |end| &escaped[end + 1..]);
    }
    out.push_str(rest);
    out
}
