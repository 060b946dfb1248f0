//! The runner for Python: `main`, `invoke` and what `gristmill up` needs.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::duckdb::DuckDb;
use super::enter::enter;
use super::error::from_python;
use super::plain::to_python;
use crate::cli;
use crate::engine::Engine;
use crate::engine::cancel::Cancel;
use crate::transform::run::connect;
use crate::transform::{Open, Outcome, Parsed, artifacts, project};

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
    let listeners = if callbacks.is_empty() { Vec::new() } else { vec![listener(callbacks)] };
    let parsed = parsed.map(|given| given.parsed.clone());
    let ended = enter(py, |cancel| {
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
    told.set_item("command", arguments.command.name())?;
    Ok(told.unbind())
}

fn usage(told: Bound<'_, PyDict>, text: &str, code: i32) -> PyResult<Py<PyDict>> {
    told.set_item("exit_code", code)?;
    told.set_item("usage", text)?;
    Ok(told.unbind())
}

// JSON texts: Python makes objects of those that are looked at.
fn parts(outcome: &Outcome) -> Vec<(&'static str, String)> {
    let results: Vec<_> = outcome
        .results
        .iter()
        .map(|result| {
            let mut told = result.to_json();
            told["node"] = outcome.parsed.as_ref().map_or(serde_json::Value::Null, |parsed| {
                artifacts::manifest::resource(&parsed.manifest, &result.unique_id)
            });
            told
        })
        .collect();
    vec![
        ("results", serde_json::Value::from(results).to_string()),
        ("listing", serde_json::Value::from(outcome.listing.clone()).to_string()),
        (
            "target_path",
            outcome.project.as_ref().map_or_else(String::new, |project| project.target_path.display().to_string()),
        ),
        ("elapsed", outcome.elapsed.as_secs_f64().to_string()),
    ]
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

// Events as JSON texts for Python's callbacks; one that raises stops nothing, as in dbt.
fn listener(callbacks: Vec<Py<PyAny>>) -> Box<cli::Listener> {
    Box::new(move |line| {
        Python::try_attach(|py| {
            for callback in &callbacks {
                let _ = callback.call1(py, (line,));
            }
        });
    })
}
