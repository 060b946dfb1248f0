//! Writes what a command tells: to the terminal, into a log file, to whoever listens. The only file that prints.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;

use super::entry::{Entry, Form, Level, uncolored};
use super::narrator::Narrator;
use crate::error::Error;
use crate::event::{Event, Sink};

/// What a line of a log looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `12:00:01  message`
    Text,
    /// `12:00:01.000000 [info ] [MainThread]: message`
    Debug,
    /// One JSON object a line, in dbt's form.
    Json,
}

/// How one place wants to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    pub format: Format,
    /// What matters less is left out; `None` leaves out all but what was asked to be printed.
    pub level: Option<Level>,
    pub colors: bool,
    /// Warnings go to the error output, so that nothing stands between the lines of a list.
    pub warn_aside: bool,
}

/// Takes one line at a time.
pub type Line = Box<dyn FnMut(&str) + Send>;

/// A place that is told.
pub struct Outlet {
    style: Style,
    line: Mutex<Line>,
}

impl Outlet {
    pub fn new(style: Style, line: Line) -> Self {
        Self { style, line: Mutex::new(line) }
    }

    /// The terminal, or what stands in its place. A reader that went away (`| head`) is no failure of the run.
    pub fn terminal(style: Style) -> Self {
        Self::new(
            style,
            Box::new(|line| {
                let mut out = std::io::stdout().lock();
                let _ = writeln!(out, "{line}").and_then(|()| out.flush());
            }),
        )
    }

    fn write(&self, entry: &Entry, invocation_id: &str) {
        let Style { format, level, colors, warn_aside } = self.style;
        let asked_for = entry.form == Form::Plain;
        if !asked_for && level.is_none_or(|level| entry.level < level) {
            if warn_aside && entry.level == Level::Warn {
                let _ = writeln!(std::io::stderr(), "{}", uncolored(&entry.message));
            }
            return;
        }
        let mut line = self.line.lock().expect("no thread panics while it writes a line");
        if format == Format::Json {
            line(&entry.to_json(invocation_id).to_string());
            return;
        }
        let plain;
        let message = if colors {
            &entry.message
        } else {
            plain = uncolored(&entry.message);
            &plain
        };
        match (entry.form, format) {
            (Form::Plain, Format::Text) => line(message),
            (Form::Screen, Format::Text) => message.lines().for_each(|text| line(format!("  {text}").trim_end())),
            (Form::Headed, Format::Text) => line(&format!("{}  {message}", entry.clock("%H:%M:%S"))),
            (Form::Timed, Format::Text) => {
                let time = entry.clock("%H:%M:%S");
                message.split('\n').for_each(|text| line(&format!("{time}  {text}")));
            }
            (_, Format::Debug | Format::Json) => {
                let time = entry.clock("%H:%M:%S%.6f");
                line(&format!("{time} [{:<5}] [{}]: {message}", entry.level.name(), entry.thread));
            }
        }
    }
}

/// Whether colours make sense where lines go.
pub fn is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Tells everyone of one command.
pub struct Report {
    narrator: Narrator,
    invocation_id: String,
    outlets: Vec<Outlet>,
}

impl Report {
    pub fn new(invocation_id: &str, width: usize, outlets: Vec<Outlet>) -> Self {
        Self { narrator: Narrator::new(width), invocation_id: invocation_id.to_owned(), outlets }
    }

    /// Prints lines as they are: what `ls` lists, what a summary says.
    pub fn plain(&self, lines: &[String]) {
        for line in lines {
            self.tell(Event::Print { message: line.clone() });
        }
    }

    /// An error that kept a command from starting or from ending well.
    pub fn failed(&self, error: &Error) {
        self.tell(Event::Failed { message: error.to_string() });
    }
}

impl Sink for Report {
    fn tell(&self, event: Event) {
        for entry in self.narrator.tell(&event) {
            for outlet in &self.outlets {
                outlet.write(&entry, &self.invocation_id);
            }
        }
    }
}

/// Prints the error of a command whose report could not be made.
pub fn unreported(error: &Error) {
    let _ = writeln!(std::io::stderr(), "{error}");
}

/// Prints what the parser of arguments says: help to the output, a usage error to the error output.
pub fn usage(text: &str, is_error: bool) {
    if is_error {
        let _ = write!(std::io::stderr(), "{text}");
    } else {
        let _ = write!(std::io::stdout(), "{text}");
    }
}
