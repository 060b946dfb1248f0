//! Draws events for the person at the terminal, in dbt's rhythm. The only file that prints.

use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex};

use chrono::Local;

use crate::error::Error;
use crate::event::{Event, NodeInfo, Sink};
use crate::transform::run::results::{Status, Totals};

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    pub colors: bool,
    /// Errors and results only.
    pub quiet: bool,
    /// Warnings go to the error output, so that nothing stands between the lines of a list.
    pub warn_aside: bool,
    /// One JSON object a line, in dbt's form.
    pub json: bool,
    /// Whether templates may print.
    pub print: bool,
}

impl Style {
    /// Colours only when the output is a terminal, and not in JSON.
    #[must_use]
    pub fn for_output(self) -> Self {
        Self { colors: self.colors && !self.json && std::io::stdout().is_terminal(), ..self }
    }
}

/// Where lines go: the terminal, or memory in tests.
type Out = Box<dyn Write + Send>;

/// Draws as events come.
pub struct Report {
    style: Style,
    invocation_id: String,
    state: Mutex<State>,
}

struct State {
    out: Out,
    ended: Vec<Ended>,
}

struct Ended {
    node: Arc<NodeInfo>,
    status: Status,
    message: String,
}

/// The longest line that is still padded with dots, as in dbt.
const WIDTH: usize = 80;

impl Report {
    pub fn new(style: Style, invocation_id: &str) -> Self {
        Self::onto(Box::new(std::io::stdout()), style, invocation_id)
    }

    pub fn onto(out: Out, style: Style, invocation_id: &str) -> Self {
        Self { style, invocation_id: invocation_id.to_owned(), state: Mutex::new(State { out, ended: Vec::new() }) }
    }

    /// Prints lines as they are: what `ls` lists, what a summary says.
    pub fn plain(&self, lines: &[String]) {
        let mut state = self.state.lock().expect("no thread panics while it prints");
        for line in lines {
            // A reader that went away (`| head`) is no failure of the run.
            let _ = writeln!(state.out, "{line}");
        }
    }

    fn colored(&self, color: Color, text: &str) -> String {
        if self.style.colors { format!("\x1b[{}m{text}\x1b[0m", color as u8) } else { text.to_owned() }
    }

    fn draw(&self, state: &mut State, event: Event) {
        match event {
            Event::Started { summary, .. } => self.line_unless_quiet(state, &summary),
            Event::Info { message } => self.line_unless_quiet(state, &message),
            Event::Warning { message } => {
                if self.style.warn_aside {
                    let _ = writeln!(std::io::stderr(), "[WARNING]: {message}");
                    return;
                }
                let head = self.colored(Color::Yellow, "[WARNING]");
                self.line_unless_quiet(state, &format!("{head}: {message}"));
            }
            Event::Log { message, info } => {
                if info && self.style.print {
                    self.line_unless_quiet(state, &message);
                }
            }
            Event::NodeStarted { index, total, node } => {
                let text = format!("{index} of {total} START {}", node.description);
                self.line_unless_quiet(state, &fancy(&text, "RUN", ""));
            }
            Event::NodeFinished { index, total, node, status, message, elapsed, failures } => {
                let status = status_of(&status);
                let (words, told, color) = outcome(status, &node, &message, failures);
                let time = if status == Status::Skipped {
                    String::new()
                } else {
                    format!(" in {:.2}s", elapsed.as_secs_f64())
                };
                let text = fancy(&format!("{index} of {total} {words}"), &self.colored(color, &told), &time);
                if status.is_failure() || !self.style.quiet {
                    line(state, &text);
                }
                state.ended.push(Ended { node, status, message });
            }
            Event::Progress { step, name, rows, total } => {
                let of = total.map_or_else(String::new, |total| format!(" of {total}"));
                self.line_unless_quiet(state, &format!("{step} {name}: {rows}{of} rows"));
            }
            Event::Finished { .. } => self.end(state),
        }
    }

    fn line_unless_quiet(&self, state: &mut State, text: &str) {
        if !self.style.quiet {
            line(state, text);
        }
    }

    // What went wrong, once more and whole, and the totals as the last line.
    fn end(&self, state: &mut State) {
        let ended = std::mem::take(&mut state.ended);
        if ended.is_empty() {
            return;
        }
        let count = |wanted: fn(Status) -> bool| ended.iter().filter(|node| wanted(node.status)).count();
        let (errors, warnings) = (count(Status::is_failure), count(|status| status == Status::Warn));
        let partial = count(|status| status == Status::PartialSuccess);
        self.line_unless_quiet(state, "");
        let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        if errors == 0 && warnings == 0 {
            self.line_unless_quiet(state, &self.colored(Color::Green, "Completed successfully"));
        } else {
            let text = format!(
                "Completed with {}, {partial} partial success{}, and {}:",
                counted(errors - partial, "error"),
                if partial == 1 { "" } else { "es" },
                counted(warnings, "warning")
            );
            let color = if errors > 0 { Color::Red } else { Color::Yellow };
            line(state, &self.colored(color, &text));
        }
        for Ended { node, status, message } in &ended {
            let failed = status.is_failure();
            if !failed && *status != Status::Warn {
                continue;
            }
            let (word, color) = if failed { ("Failure", Color::Red) } else { ("Warning", Color::Yellow) };
            line(state, "");
            let head = format!("{word} in {} {} ({})", node.resource_type, node.name, node.file);
            line(state, &self.colored(color, &head));
            block(state, message);
        }
        self.line_unless_quiet(state, "");
        let totals = Totals::of(ended.iter().map(|node| node.status));
        self.line_unless_quiet(state, &format!("Done. {totals}"));
    }

    /// An error that kept a command from starting or from ending well.
    pub fn failed(&self, error: &Error) {
        let mut state = self.state.lock().expect("no thread panics while it prints");
        if self.style.json {
            let line =
                super::json_log::message("MainEncounteredError", "error", &error.to_string(), &self.invocation_id);
            let _ = writeln!(state.out, "{line}");
            return;
        }
        let head = self.colored(Color::Red, "Encountered an error:");
        line(&mut state, &head);
        let _ = writeln!(state.out, "{error}");
        let _ = state.out.flush();
    }
}

/// Prints what the parser of arguments says: help to the output, a usage error to the error output.
pub fn usage(text: &str, is_error: bool) {
    if is_error {
        let _ = write!(std::io::stderr(), "{text}");
    } else {
        let _ = write!(std::io::stdout(), "{text}");
    }
}

impl Sink for Report {
    fn tell(&self, event: Event) {
        let mut state = self.state.lock().expect("no thread panics while it prints");
        if self.style.json {
            for line in super::json_log::lines(&event, &self.invocation_id) {
                let _ = writeln!(state.out, "{line}");
            }
        } else {
            self.draw(&mut state, event);
        }
        let _ = state.out.flush();
    }
}

fn line(state: &mut State, text: &str) {
    for line in text.split('\n') {
        let _ = writeln!(state.out, "{}  {line}", Local::now().format("%H:%M:%S"));
    }
}

// A screen of its own, without the time in front.
fn block(state: &mut State, text: &str) {
    for line in text.lines() {
        let _ = writeln!(state.out, "  {line}");
    }
}

#[derive(Clone, Copy)]
enum Color {
    Red = 31,
    Green = 32,
    Yellow = 33,
}

// `1 of 12 START sql table model main.a ........ [RUN]`
fn fancy(text: &str, status: &str, time: &str) -> String {
    let mut line = format!("{text} ");
    while line.chars().count() < WIDTH {
        line.push('.');
    }
    format!("{line} [{status}{time}]")
}

/// The status of a word in an event.
pub(super) fn status_of(word: &str) -> Status {
    [Status::Success, Status::PartialSuccess, Status::Pass, Status::Warn, Status::Fail, Status::Error, Status::Skipped]
        .into_iter()
        .find(|status| status.name() == word)
        .unwrap_or(Status::NoOp)
}

// What the line says, what stands in its brackets, and in which colour.
fn outcome(status: Status, node: &NodeInfo, message: &str, failures: Option<i64>) -> (String, String, Color) {
    let description = node.description.as_str();
    let name = description.strip_prefix("test ").unwrap_or(description);
    let count = failures.unwrap_or(0);
    match (node.resource_type.as_str(), status) {
        ("test", Status::Pass) => (format!("PASS {name}"), "PASS".to_owned(), Color::Green),
        ("test", Status::Fail) => (format!("FAIL {count} {name}"), format!("FAIL {count}"), Color::Red),
        ("test", Status::Warn) => (format!("WARN {count} {name}"), format!("WARN {count}"), Color::Yellow),
        ("source", Status::Pass) => (format!("PASS {description}"), "PASS".to_owned(), Color::Green),
        ("source", Status::Warn) => (format!("WARN {description}"), "WARN".to_owned(), Color::Yellow),
        ("source", Status::Error) => (format!("ERROR {description}"), "ERROR".to_owned(), Color::Red),
        ("test", Status::Error) => (format!("ERROR {name}"), "ERROR".to_owned(), Color::Red),
        ("model" | "snapshot" | "seed", Status::Skipped) => {
            let relation = format!("{}.{}", node.schema, node.alias);
            (format!("SKIP relation {relation}: {message}"), "SKIP".to_owned(), Color::Yellow)
        }
        (_, Status::Skipped) => (format!("SKIP {description}: {message}"), "SKIP".to_owned(), Color::Yellow),
        ("seed", Status::Error) => (format!("ERROR loading {description}"), "ERROR".to_owned(), Color::Red),
        ("operation", Status::Error) => (format!("ERROR {description}"), "ERROR".to_owned(), Color::Red),
        ("snapshot", Status::Error) => (format!("ERROR snapshotting {description}"), "ERROR".to_owned(), Color::Red),
        (_, Status::PartialSuccess) => {
            let told = message.lines().next().unwrap_or_default().to_owned();
            (format!("PARTIAL SUCCESS creating {description}"), told, Color::Yellow)
        }
        (_, Status::Error) => (format!("ERROR creating {description}"), "ERROR".to_owned(), Color::Red),
        ("seed", _) => (format!("OK loaded {description}"), message.to_owned(), Color::Green),
        ("operation", _) => (format!("OK {description}"), "OK".to_owned(), Color::Green),
        ("snapshot", _) => (format!("OK snapshotted {description}"), message.to_owned(), Color::Green),
        (_, Status::NoOp) => (format!("NO-OP {description}"), "NO-OP".to_owned(), Color::Yellow),
        (_, _) => (format!("OK created {description}"), "OK".to_owned(), Color::Green),
    }
}
