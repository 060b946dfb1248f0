//! The runner for Python: `main`, `invoke` and what `gristmill up` needs.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::duckdb::DuckDb;
use super::enter::enter;
use super::error::from_python;
use super::outcome::parts;
use super::plain::to_python;
use crate::cli;
use crate::engine::Engine;
use crate::engine::cancel::Cancel;
use crate::transform::run::connect;
use crate::transform::{Open, Parsed, artifacts, project};

pub(super) fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyParsed>()?;
    module.add_function(wrap_pyfunction!(invoke, module)?)?;
    module.add_function(wrap_pyfunction!(main, module)?)?;
    module.add_function(wrap_pyfunction!(target_of, module)?)?;
    Ok(())
}

/// What a command parsed, for the commands that are given it.
#[pyclass(frozen, name = "Parsed")]
struct PyParsed {
    parsed: Parsed,
    project: Arc<project::Project>,
}

#[pymethods]
impl PyParsed {
    /// dbt's `manifest.json` of it.
    fn manifest_json(&self, py: Python<'_>) -> PyResult<String> {
        enter(py, |_| Ok(artifacts::manifest::text(&self.project, &self.parsed.manifest, None)))
    }
}

fn opener(cancel: &Arc<Cancel>) -> Open {
    let cancel = Arc::clone(cancel);
    Arc::new(move |project: &project::Project| {
        let plan = connect::plan(project)?;
        if let Some(described) = plan.for_python() {
            let (engine, configure) = DuckDb::environment(&plan.path, &described, &cancel)?;
            return plan.carry_out(Arc::new(engine), configure);
        }
        let engine: Arc<dyn Engine> = Arc::new(DuckDb::open(&plan.path, false, &plan.config, &cancel)?);
        plan.carry_out(engine, || Ok(()))
    })
}

/// Runs one dbt command in this process and gives its outcome as plain values; prints as the command line does.
#[pyfunction]
#[pyo3(signature = (argv, callbacks = Vec::new(), parsed = None))]
fn invoke(
    py: Python<'_>,
    argv: Vec<String>,
    callbacks: Vec<Py<PyAny>>,
    parsed: Option<PyRef<'_, PyParsed>>,
) -> PyResult<Py<PyDict>> {
    let told = PyDict::new(py);
    let arguments = match cli::parse(&argv) {
        Ok(cli::Asked::Project(arguments)) => *arguments,
        Ok(cli::Asked::Pipelines(_) | cli::Asked::Print(_)) => return usage(told, cli::NOT_DBTS, cli::COULD_NOT_START),
        Err((text, code)) => return usage(told, &text, code),
    };
    let parsed = parsed.map(|given| given.parsed.clone());
    let raised = Arc::new(Mutex::new(None));
    let ended = enter(py, |cancel| {
        let listeners = if callbacks.is_empty() { Vec::new() } else { vec![listener(callbacks, &raised, cancel)] };
        Ok(match cli::run_parsed(&arguments, opener(cancel), cancel, listeners, parsed) {
            Ok(outcome) => {
                Ok((parts(&outcome), outcome.parsed.clone().zip(outcome.project.clone()), outcome.exit_code()))
            }
            Err(error) => Err((error, cli::COULD_NOT_START)),
        })
    })?;
    match ended {
        Ok((parts, parsed, code)) => {
            told.set_item("exit_code", code)?;
            if let Some((parsed, project)) = parsed {
                told.set_item("parsed", Py::new(py, PyParsed { parsed, project })?)?;
            }
            for (name, text) in parts {
                told.set_item(name, text)?;
            }
        }
        Err((error, code)) => {
            told.set_item("exit_code", code)?;
            told.set_item("exception", super::error::to_python(py, &error).into_value(py))?;
        }
    }
    if let Some(raised) = raised.lock().ok().and_then(|mut raised| raised.take()) {
        told.set_item("exception", raised.into_value(py))?;
    }
    told.set_item("command", arguments.command.name())?;
    Ok(told.unbind())
}

fn usage(told: Bound<'_, PyDict>, text: &str, code: i32) -> PyResult<Py<PyDict>> {
    told.set_item("exit_code", code)?;
    told.set_item("usage", text)?;
    Ok(told.unbind())
}

/// The `gristmill` command. Prints, and returns the exit code; or, for a command that Python carries out, its arguments.
/// `run_script` runs a pipeline's file.
#[pyfunction]
#[pyo3(signature = (argv, run_script))]
fn main<'py>(py: Python<'py>, argv: Vec<String>, run_script: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let (text, code) = match cli::parse(&argv) {
        Ok(cli::Asked::Project(arguments)) => {
            if let cli::args::Command::Docs { command: cli::args::Docs::Serve(serve) } = &arguments.command {
                return serve_documents(py, &arguments, serve);
            }
            return Ok(project(py, &arguments, run_script)?.into_pyobject(py)?.into_any());
        }
        Ok(cli::Asked::Pipelines(request)) => return to_python(py, &request, false),
        Ok(cli::Asked::Print(text)) => (text, 0),
        Err(told) => told,
    };
    cli::report::usage(&text, code != 0);
    Ok(code.into_pyobject(py)?.into_any())
}

// Finds the documents, which Python then serves.
fn serve_documents<'py>(
    py: Python<'py>,
    arguments: &cli::args::Arguments,
    serve: &cli::commands::Serve,
) -> PyResult<Bound<'py, PyAny>> {
    let found = enter(py, |cancel| {
        Ok(cli::run(arguments, opener(cancel), cancel, Vec::new()).map_err(|_| cli::COULD_NOT_START))
    })?;
    match found {
        Ok(outcome) => to_python(py, &serve.request(&outcome.written), false),
        Err(code) => Ok(code.into_pyobject(py)?.into_any()),
    }
}

fn project(py: Python<'_>, arguments: &cli::args::Arguments, run_script: &Bound<'_, PyAny>) -> PyResult<i32> {
    if !matches!(arguments.command, cli::args::Command::Up(_)) {
        return enter(py, |cancel| {
            let outcome = cli::run(arguments, opener(cancel), cancel, Vec::new());
            Ok(outcome.map_or(cli::COULD_NOT_START, |outcome| outcome.exit_code()))
        });
    }
    let mut up = match enter(py, |_| Ok(cli::up::Up::start(arguments)))? {
        Ok(up) => up,
        Err(code) => return Ok(code),
    };
    // Scripts run on this thread, where signals and everything else of the user's are as in their own `python script.py`.
    while let Some(script) = up.next_script() {
        let ran = run_script.call1((script.path.clone(), script.environment.clone()));
        let error = match ran {
            Ok(_) => None,
            Err(raised) if raised.is_instance_of::<pyo3::exceptions::PyKeyboardInterrupt>(py) => return Err(raised),
            Err(raised) => Some(from_python(py, &raised)),
        };
        if let Err(code) = up.script_ended(&script, error) {
            return Ok(code);
        }
    }
    enter(py, |cancel| Ok(up.finish(&opener(cancel), cancel)))
}

/// The database file and the schema of a project's target.
#[pyfunction]
#[pyo3(signature = (project_dir, target = None, profiles_dir = None))]
fn target_of(
    py: Python<'_>,
    project_dir: PathBuf,
    target: Option<String>,
    profiles_dir: Option<PathBuf>,
) -> PyResult<(String, String)> {
    enter(py, |_| {
        let options =
            project::ProjectOptions { project_dir: Some(project_dir), profiles_dir, target, ..Default::default() };
        let project = project::load_project(&options, &crate::event::Silent)?;
        Ok((project.profile.path.clone(), project.profile.schema.clone()))
    })
}

// Events as JSON texts for Python's callbacks. What one of them raises ends the command, and no other event is told: dbt
// lets it through as well, wherever it was raised.
fn listener(callbacks: Vec<Py<PyAny>>, raised: &Arc<Mutex<Option<PyErr>>>, cancel: &Arc<Cancel>) -> Box<cli::Listener> {
    let (raised, cancel) = (Arc::clone(raised), Arc::clone(cancel));
    Box::new(move |line| {
        let already = || raised.lock().is_ok_and(|raised| raised.is_some());
        let failed = Python::try_attach(|py| {
            callbacks.iter().take_while(|_| !already()).find_map(|callback| callback.call1(py, (line,)).err())
        });
        let Some(Some(error)) = failed else { return };
        if let Ok(mut raised) = raised.lock() {
            raised.get_or_insert(error);
        }
        // Without the interpreter lock, which the statements that are interrupted may wait for.
        cancel.ask();
    })
}
