//! What one invocation knows everywhere: environment, variables of the command line, flags, when and as what it runs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json, json};

use super::warnings::Warnings;

/// The dbt version whose behaviour this is; templates and packages compare against it.
pub const DBT_VERSION: &str = "1.11.16";

/// Environment variables whose names begin so hold secrets: only profiles and packages may read them.
pub const SECRET_PREFIX: &str = "DBT_ENV_SECRET_";

/// Environment variables whose names begin so are meant to be shown in artifacts and logs, under what follows.
pub const METADATA_PREFIX: &str = "DBT_ENV_CUSTOM_ENV_";

/// The environment that `env_var` reads, taken once.
#[derive(Clone)]
pub struct Environment(Arc<BTreeMap<String, String>>);

impl Environment {
    pub fn of(entries: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(Arc::new(entries.into_iter().collect()))
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// What is meant to be shown, by its name without the prefix.
    pub fn metadata(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, value)| Some((name.strip_prefix(METADATA_PREFIX)?, value.as_str())))
    }
}

/// The process's own environment; what is not UTF-8 is left out.
impl Default for Environment {
    fn default() -> Self {
        Self::of(
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        )
    }
}

// Values of the environment are never shown.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Environment({} variables)", self.0.len())
    }
}

/// One run of one command.
#[derive(Debug)]
pub struct Invocation {
    pub id: String,
    pub started_at: DateTime<Utc>,
    pub environment: Environment,
    /// `--vars`.
    pub vars: Map<String, Json>,
    flags: Map<String, Json>,
    // Which variables were read, and with what result: partial parsing and artifacts ask for it.
    reads: Mutex<BTreeMap<String, Option<String>>>,
}

impl Invocation {
    pub fn new(environment: Environment, vars: Map<String, Json>, flags: Map<String, Json>) -> Self {
        Self::named(new_id(), environment, vars, flags)
    }

    /// An invocation whose id was given to the log before the project was read.
    pub fn named(id: String, environment: Environment, vars: Map<String, Json>, flags: Map<String, Json>) -> Self {
        Self { id, started_at: Utc::now(), environment, vars, flags, reads: Mutex::default() }
    }

    /// The same invocation with some variables and some of the environment replaced, for one unit test.
    #[must_use]
    pub fn replacing(&self, vars: Map<String, Json>, environment: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut all = (*self.environment.0).clone();
        all.extend(environment);
        Self {
            id: self.id.clone(),
            started_at: self.started_at,
            environment: Environment::of(all),
            vars: self.vars.clone().into_iter().chain(vars).collect(),
            flags: self.flags.clone(),
            reads: Mutex::default(),
        }
    }

    /// Reads an environment variable and remembers that it was read. Secrets are not remembered.
    pub fn env_var(&self, name: &str) -> Option<&str> {
        let value = self.environment.get(name);
        if !name.starts_with(SECRET_PREFIX) {
            let mut reads = self.reads.lock().expect("no thread panics while it notes a variable");
            reads.insert(name.to_owned(), value.map(str::to_owned));
        }
        value
    }

    /// The variables that templates have read so far; `None` where a default stood in.
    pub fn env_reads(&self) -> BTreeMap<String, Option<String>> {
        self.reads.lock().expect("no thread panics while it notes a variable").clone()
    }

    /// What becomes of warnings.
    pub fn warnings(&self) -> Warnings {
        Warnings::of(&self.flags)
    }

    /// `flags.NAME`; `None` when there is no such flag.
    pub fn flag(&self, name: &str) -> Option<Json> {
        let name = name.to_ascii_uppercase();
        self.flags.get(&name).cloned().or_else(|| default_flag(&name))
    }

    /// `run_started_at` as Python writes a timestamp: `2024-01-02 03:04:05.000006+00:00`.
    pub fn started_at_text(&self) -> String {
        self.started_at.format("%Y-%m-%d %H:%M:%S%.6f+00:00").to_string()
    }
}

fn default_flag(name: &str) -> Option<Json> {
    Some(match name {
        "FULL_REFRESH" | "STORE_FAILURES" | "EMPTY" | "FAIL_FAST" | "DEFER" | "FAVOR_STATE" | "DEBUG" | "QUIET"
        | "WARN_ERROR" | "LOG_CACHE_EVENTS" | "NO_PRINT" => json!(false),
        "PRINT"
        | "PARTIAL_PARSE"
        | "STATIC_PARSER"
        | "USE_COLORS"
        | "VERSION_CHECK"
        | "WRITE_JSON"
        | "CACHE_SELECTED_ONLY"
        | "INTROSPECT"
        | "POPULATE_CACHE" => json!(true),
        "WHICH" => json!("parse"),
        "INDIRECT_SELECTION" => json!("eager"),
        "WARN_ERROR_OPTIONS" => json!({"error": [], "warn": [], "silence": []}),
        "LOG_FORMAT" => json!("default"),
        _ => return None,
    })
}

// A random identifier in the form of UUID version 4.
/// A new id of an invocation.
pub fn new_id() -> String {
    let mut bytes = [0_u8; 16];
    // A system without a source of randomness still gets an id that is new to it: the clock's.
    if getrandom::fill(&mut bytes).is_err() {
        bytes = (Utc::now().timestamp_nanos_opt().unwrap_or_default() as u128).to_be_bytes();
    }
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 0x0f])
        .map(|digit| char::from_digit(u32::from(digit), 16).expect("a nibble is a digit"))
        .collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
