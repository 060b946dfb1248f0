//! Arguments in, exit code out.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::engine::cancel::Cancel;
use crate::error::{Error, Kind, Result};
use crate::event::{Event, Sink};
use crate::flow::download::Download;
use crate::transform::graph::list::Form;
use crate::transform::project::Environment;
use crate::transform::project::context::new_id;
use crate::transform::run::check::told::Form as Findings;
use crate::transform::run::show::Show;
use crate::transform::run::state::Flags;
use crate::transform::{self, Command, Host, Open, Outcome, Verb, invocation_args};

pub mod args;
pub mod commands;
pub mod inputs;
pub mod json_log;
pub mod line;
pub mod pipelines;
pub mod report;
pub mod up;

use args::{Arguments, Docs, LogFormat, Output, SourceCommand};
use commands::RowFormat;
pub use line::{Asked, parse};
use report::{Report, Style};

/// The exit code of a command that could not start.
pub const COULD_NOT_START: i32 = 2;

/// What a caller of dbt's runner is told who asks for a command that dbt does not have.
pub const NOT_DBTS: &str = "the runner takes dbt's commands; run this one as `gristmill ...` at the command line\n";

/// The command that arguments ask for; `up` is more than one and stands in `flow`.
pub fn command(arguments: &Arguments) -> Result<Command> {
    let verb = verb(&arguments.command, &arguments.global);
    let options = arguments.project_options(Environment::default());
    let flags = Flags {
        full_refresh: arguments.command.full_refresh(),
        store_failures: arguments.command.store_failures(),
        fail_fast: arguments.global.fail_fast,
        warn_error: arguments.global.warn_error,
        inputs: arguments.inputs()?,
        which: verb.name().to_owned(),
        args: invocation_args(&verb, &options.flags),
    };
    Ok(Command { verb, options, request: arguments.request(), flags, write_json: !arguments.global.no_write_json })
}

fn verb(command: &args::Command, global: &args::Global) -> Verb {
    match command {
        args::Command::Up(_) | args::Command::Build(_) => Verb::Build,
        args::Command::Run(_) => Verb::Run,
        args::Command::Test(_) => Verb::Test,
        args::Command::Seed(_) => Verb::Seed,
        args::Command::Compile(_) => Verb::Compile,
        args::Command::Parse => Verb::Parse,
        args::Command::Check(check) => Verb::Check(match check.output {
            RowFormat::Text => Findings::Text,
            RowFormat::Json => Findings::Json,
        }),
        args::Command::Ls(list) => Verb::List(match list.output {
            Output::Selector => Form::Selector,
            Output::Name => Form::Name,
            Output::Path => Form::Path,
            Output::Json => Form::Json(list.output_keys.clone()),
        }),
        args::Command::Docs { command: Docs::Generate(generate) } => Verb::Docs { compile: !generate.no_compile },
        args::Command::Snapshot(_) => Verb::Snapshot,
        args::Command::Show(show) => {
            Verb::Show(Show { inline: show.inline.clone(), limit: show.limit, json: show.output == RowFormat::Json })
        }
        args::Command::RunOperation(operation) => {
            Verb::Operation { name: operation.name.clone(), arguments: operation.args.clone() }
        }
        args::Command::Retry(_) => Verb::Retry,
        args::Command::Clone(_) => Verb::Clone,
        args::Command::Source { command: SourceCommand::Freshness(freshness) } => {
            Verb::Freshness { output: freshness.output.clone() }
        }
        args::Command::Debug => Verb::Debug,
        args::Command::Clean => Verb::Clean,
        args::Command::Deps(deps) => Verb::Deps(deps.ask(!global.no_version_check)),
    }
}

/// The report that arguments ask for, of the invocation of that id.
pub fn report(arguments: &Arguments, invocation_id: &str) -> Arc<Report> {
    let global = &arguments.global;
    // A list is for other programs: nothing stands between its lines.
    let lists = match &arguments.command {
        args::Command::Ls(_) => true,
        args::Command::Check(check) => check.output == RowFormat::Json,
        _ => false,
    };
    let quiet = global.quiet || lists;
    let no_color = Environment::default().get("NO_COLOR").is_some_and(|value| !value.is_empty());
    let json = global.log_format == Some(LogFormat::Json);
    let style = Style {
        colors: !(global.no_use_colors || no_color),
        quiet,
        warn_aside: lists && !global.quiet,
        json,
        print: !global.no_print,
    };
    Arc::new(Report::new(style.for_output(), invocation_id))
}

/// Runs one command with its report, and others that listen beside it: each gets the events as JSON lines.
pub fn run(arguments: &Arguments, open: Open, cancel: &Arc<Cancel>, listeners: Vec<Box<Listener>>) -> Result<Outcome> {
    let id = new_id();
    let report = report(arguments, &id);
    let mut command = command(arguments).inspect_err(|error| report.failed(error))?;
    command.options.invocation_id = Some(id.clone());
    let listen = |listener| Arc::new(Lines { invocation_id: id.clone(), listener }) as Arc<dyn Sink>;
    let mut sinks: Vec<Arc<dyn Sink>> = vec![Arc::clone(&report) as Arc<dyn Sink>];
    sinks.extend(listeners.into_iter().map(listen));
    if let Some(folder) = &arguments.global.log_path {
        sinks.push(listen(log_file(folder)?));
    }
    let host =
        Host { open, sink: Arc::new(Several(sinks)), cancel: Arc::clone(cancel), fetch: Arc::new(Download::default()) };
    let outcome = transform::invoke(&command, &host);
    match &outcome {
        Ok(outcome) => report.plain(&outcome.listing),
        Err(error) => report.failed(error),
    }
    outcome
}

/// Takes events as JSON lines.
pub type Listener = dyn Fn(&str) + Send + Sync;

// Writes events as lines for a listener.
struct Lines {
    invocation_id: String,
    listener: Box<Listener>,
}

impl Sink for Lines {
    fn tell(&self, event: Event) {
        for line in json_log::lines(&event, &self.invocation_id) {
            (self.listener)(&line.to_string());
        }
    }
}

// `dbt.log` in the folder of `--log-path`, where the next run goes on.
fn log_file(folder: &Path) -> Result<Box<Listener>> {
    std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, &error))?;
    let path = folder.join("dbt.log");
    let file = std::fs::OpenOptions::new().create(true).append(true).open(&path);
    let file = Mutex::new(file.map_err(|error| Error::io(&path, &error))?);
    Ok(Box::new(move |line| {
        // A full disk must not end a run that only wanted to tell of itself.
        let mut file = file.lock().expect("no thread panics while it writes the log");
        let _ = writeln!(file, "{line}");
    }))
}

/// The exit code for an error that ended a command.
pub fn exit_code(error: &Error) -> i32 {
    match error.kind() {
        Kind::Interrupted => 1,
        _ => COULD_NOT_START,
    }
}

// Tells everyone.
struct Several(Vec<Arc<dyn Sink>>);

impl Sink for Several {
    fn tell(&self, event: Event) {
        if let Some((last, others)) = self.0.split_last() {
            for sink in others {
                sink.tell(event.clone());
            }
            last.tell(event);
        }
    }
}
