//! Arguments in, exit code out.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use crate::engine::cancel::Cancel;
use crate::error::Result;
use crate::event::{Event, Sink};
use crate::flow::download::Download;
use crate::transform::graph::list::Form;
use crate::transform::project::context::new_id;
use crate::transform::project::warnings::{self, Warnings};
use crate::transform::project::{Environment, project_root};
use crate::transform::run::check::told::Form as Findings;
use crate::transform::run::direct::Direct;
use crate::transform::run::show::Show;
use crate::transform::run::state::Flags;
use crate::transform::{self, Command, Compile, Debug, Host, Open, Outcome, Parsed, Verb, invocation_args};

pub mod args;
pub mod commands;
mod ending;
pub mod entry;
pub mod inputs;
pub mod line;
mod log_file;
pub mod narrator;
pub mod pipelines;
pub mod report;
mod result_line;
pub mod switches;
pub mod taken;
mod told;
pub mod up;

use args::{Arguments, Docs, LogFormat, Output, SourceCommand, Switch};
use commands::RowFormat;
use entry::Level;
pub use line::{Asked, parse};
use report::{Format, Outlet, Report, Style};

/// The exit code of a command that could not start, or was interrupted.
pub const COULD_NOT_START: i32 = 2;

/// What a caller of dbt's runner is told who asks for a command that dbt does not have.
pub const NOT_DBTS: &str = "the runner takes dbt's commands; run this one as `gristmill ...` at the command line\n";

/// The command that arguments ask for; `up` is more than one and stands in `flow`, `docs serve` is Python's.
pub fn command(arguments: &Arguments) -> Result<Command> {
    arguments.global.warn_error_options.as_deref().map(warnings::options).transpose()?;
    let verb = verb(&arguments.command, &arguments.global);
    let mut options = arguments.project_options(Environment::default());
    let mut known = std::mem::take(&mut options.flags);
    told::complete(&mut known, &options, &arguments.global);
    let inputs = arguments.inputs()?;
    known.extend(inputs::windows(&inputs));
    options.flags = known;
    let flags = Flags {
        full_refresh: arguments.command.full_refresh(),
        store_failures: arguments.command.store_failures(),
        fail_fast: arguments.global.switches.is(Switch::FailFast),
        warnings: Warnings::of(&options.flags),
        no_ephemeral: !arguments.command.injects(),
        show: arguments.command.shows_seeds(),
        inputs,
        no_introspect: !arguments.command.introspects(),
        which: verb.name().to_owned(),
        args: invocation_args(&verb, &options.flags),
    };
    let write_json = arguments.global.switches.is(Switch::WriteJson);
    Ok(Command { verb, options, request: arguments.request(), flags, write_json })
}

fn verb(command: &args::Command, global: &args::Global) -> Verb {
    match command {
        args::Command::Up(_) | args::Command::Build(_) => Verb::Build,
        args::Command::Run(_) => Verb::Run,
        args::Command::Test(_) => Verb::Test,
        args::Command::Seed(_) => Verb::Seed,
        args::Command::Compile(compile) => {
            Verb::Compile(Compile { inline: compile.inline.clone(), json: compile.output == RowFormat::Json })
        }
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
        args::Command::Docs { command: Docs::Generate(generate) } => {
            Verb::Docs { compile: !generate.no_compile, catalog: !generate.empty_catalog }
        }
        args::Command::Docs { command: Docs::Serve(_) } => Verb::Serve,
        args::Command::Snapshot(_) => Verb::Snapshot,
        args::Command::Show(show) => {
            let (limit, json) = (show.limit, show.output == RowFormat::Json);
            match show.inline_direct.as_ref().filter(|sql| !sql.is_empty()) {
                Some(sql) => Verb::Direct(Direct { sql: sql.clone(), limit, json }),
                None => Verb::Show(Show { inline: show.inline.clone(), limit, json }),
            }
        }
        args::Command::RunOperation(operation) => {
            Verb::Operation { name: operation.name.clone(), arguments: operation.args.clone() }
        }
        args::Command::Retry(_) => Verb::Retry,
        args::Command::Clone(_) => Verb::Clone,
        args::Command::Source { command: SourceCommand::Freshness(freshness) } => {
            Verb::Freshness { output: freshness.output.clone() }
        }
        args::Command::Debug(debug) => {
            Verb::Debug(Debug { connection: debug.connection, config_dir: debug.config_dir })
        }
        args::Command::Clean(clean) => Verb::Clean { outside: clean.no_clean_project_files_only },
        args::Command::Deps(deps) => Verb::Deps(deps.ask(global.switches.is(Switch::VersionCheck))),
    }
}

/// The report that arguments ask for, of the invocation of that id, and others that listen: each gets JSON lines.
pub fn report(arguments: &Arguments, invocation_id: &str, listeners: Vec<Box<Listener>>) -> Result<Arc<Report>> {
    let global = &arguments.global;
    let mut outlets = vec![Outlet::terminal(terminal(arguments))];
    outlets.extend(log_file(arguments, invocation_id)?);
    // Whoever listens hears everything.
    let style = Style { format: Format::Json, level: Some(Level::Debug), colors: false, warn_aside: false };
    outlets.extend(listeners.into_iter().map(|listener| Outlet::new(style, Box::new(move |line| listener(line)))));
    Ok(Arc::new(Report::new(invocation_id, usize::from(global.printer_width), outlets)))
}

fn format(format: LogFormat) -> Format {
    match format {
        LogFormat::Text => Format::Text,
        LogFormat::Debug => Format::Debug,
        LogFormat::Json => Format::Json,
    }
}

fn terminal(arguments: &Arguments) -> Style {
    let global = &arguments.global;
    let switches = &global.switches;
    let no_color = Environment::default().get("NO_COLOR").is_some_and(|value| !value.is_empty());
    // Asked for by name, colours go to files and pipes as well.
    let colors = match switches.given(Switch::UseColors) {
        Some(given) => given,
        None => !no_color && report::is_terminal(),
    };
    let debug = switches.is(Switch::Debug);
    // A list is for other programs: nothing stands between its lines.
    let lists = match &arguments.command {
        args::Command::Ls(_) => true,
        args::Command::Check(check) => check.output == RowFormat::Json,
        _ => false,
    };
    let level = if switches.is(Switch::Quiet) {
        Some(Level::Error)
    } else if debug {
        Some(Level::Debug)
    } else {
        global.log_level.map_or(Some(Level::Info), args::LogLevel::threshold)
    };
    let format = global.log_format.map_or(if debug { Format::Debug } else { Format::Text }, format);
    Style {
        format,
        level: if lists && format == Format::Text { level.max(Some(Level::Error)) } else { level },
        colors,
        warn_aside: lists && !switches.is(Switch::Quiet),
    }
}

// A log that nobody asked for by name is written where it can be.
fn log_file(arguments: &Arguments, invocation_id: &str) -> Result<Option<Outlet>> {
    let global = &arguments.global;
    let style = Style {
        format: global.log_format_file.or(global.log_format).map_or(Format::Debug, format),
        level: global.log_level_file.or(global.log_level).map_or(Some(Level::Debug), args::LogLevel::threshold),
        colors: global.switches.is(Switch::UseColorsFile),
        warn_aside: false,
    };
    if style.level.is_none() {
        return Ok(None);
    }
    let open = |folder: &Path| log_file::open(folder, style.format, global.log_file_max_bytes, invocation_id);
    let Some(folder) = &global.log_path else {
        let root = project_root(&arguments.project_options(Environment::default()));
        let line = root.and_then(|root| open(&root.join("logs"))).ok();
        return Ok(line.map(|line| Outlet::new(style, line)));
    };
    Ok(Some(Outlet::new(style, open(folder)?)))
}

/// Runs one command with its report, and others that listen beside it.
pub fn run(arguments: &Arguments, open: Open, cancel: &Arc<Cancel>, listeners: Vec<Box<Listener>>) -> Result<Outcome> {
    run_parsed(arguments, open, cancel, listeners, None)
}

/// The same, with what an earlier command parsed.
pub fn run_parsed(
    arguments: &Arguments,
    open: Open,
    cancel: &Arc<Cancel>,
    listeners: Vec<Box<Listener>>,
    parsed: Option<Parsed>,
) -> Result<Outcome> {
    let id = new_id();
    let report = report(arguments, &id, listeners).inspect_err(report::unreported)?;
    let mut command = command(arguments).inspect_err(|error| report.failed(error))?;
    command.options.invocation_id = Some(id);
    let host = Host {
        open,
        sink: Arc::clone(&report) as Arc<dyn Sink>,
        cancel: Arc::clone(cancel),
        fetch: Arc::new(Download::default()),
        parsed,
    };
    let begun = Instant::now();
    let outcome = transform::invoke(&command, &host);
    let success = outcome.as_ref().is_ok_and(Outcome::success);
    match &outcome {
        Ok(outcome) => report.plain(&outcome.listing),
        Err(error) => report.failed(error),
    }
    let command = format!("dbt {}", arguments.line.join(" "));
    report.tell(Event::Finished { command, success, elapsed: begun.elapsed() });
    outcome
}

/// Takes events as JSON lines.
pub type Listener = dyn Fn(&str) + Send + Sync;
