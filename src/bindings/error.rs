//! The one map between our errors and Python's exceptions.

use std::collections::BTreeMap;

use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;

use crate::error::{Error, Kind, Place};

create_exception!(
    _core,
    GristmillError,
    PyException,
    "Raised by the core. `kind` is a stable slug (`\"ref-not-found\"`); the place fields are None when unknown."
);

/// The exception for an error: its text is the whole screen, its attributes are the parts.
pub(crate) fn to_python(py: Python<'_>, error: &Error) -> PyErr {
    let exception = GristmillError::new_err(error.to_string());
    let place = error.place();
    let known = |number: u32| Some(number).filter(|number| *number > 0);
    let value = exception.value(py);
    let set = value
        .setattr("kind", error.kind().slug())
        .and_then(|()| value.setattr("message", error.message()))
        .and_then(|()| value.setattr("hint", error.hint_text()))
        .and_then(|()| value.setattr("about", error.parts().iter().cloned().collect::<BTreeMap<_, _>>()))
        .and_then(|()| value.setattr("file", place.map(|place| place.file.display().to_string())))
        .and_then(|()| value.setattr("line", place.and_then(|place| known(place.line))))
        .and_then(|()| value.setattr("column", place.and_then(|place| known(place.column))));
    match set {
        Ok(()) => exception,
        Err(failed) => failed,
    }
}

/// An exception that Python code raised, as an error of kind `user-code`: class, text, and the innermost line of its traceback.
pub(crate) fn from_python(py: Python<'_>, raised: &PyErr) -> Error {
    if let Ok(kind) = raised.value(py).getattr("kind").and_then(|kind| kind.extract::<String>())
        && raised.is_instance_of::<GristmillError>(py)
    {
        return ours(py, raised, &kind);
    }
    if raised.is_instance_of::<pyo3::exceptions::PyKeyboardInterrupt>(py) {
        return Error::new(Kind::Interrupted, "stopped because the user asked for it");
    }
    let class = raised.get_type(py).name().map_or_else(|_| "exception".to_owned(), |name| name.to_string());
    let error = Error::new(Kind::UserCode, format!("{class}: {}", text(py, raised)));
    match unread(py, raised).or_else(|| innermost(py, raised)) {
        Some(place) => error.at(place),
        None => error,
    }
}

/// What `str(exception)` says.
pub(crate) fn text(py: Python<'_>, raised: &PyErr) -> String {
    raised
        .value(py)
        .str()
        .map_or_else(|_| "an exception without a text".to_owned(), |text| text.to_string_lossy().into_owned())
}

// An exception of ours that passed through Python code keeps its kind and parts.
fn ours(py: Python<'_>, raised: &PyErr, slug: &str) -> Error {
    let value = raised.value(py);
    let part = |name: &str| value.getattr(name).ok().and_then(|part| part.extract::<Option<String>>().ok()).flatten();
    let number = |name: &str| {
        value.getattr(name).ok().and_then(|part| part.extract::<Option<u32>>().ok()).flatten().unwrap_or(0)
    };
    let kind = KINDS.into_iter().find(|kind| kind.slug() == slug).unwrap_or(Kind::UserCode);
    let mut error = Error::new(kind, part("message").unwrap_or_else(|| text(py, raised)));
    if let Some(file) = part("file") {
        error = error.at(Place::at(file, number("line"), number("column")));
    }
    match part("hint") {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

// Our own lines say nothing to the user, nor do those below them: the line that called us is where to look.
fn innermost(py: Python<'_>, raised: &PyErr) -> Option<Place> {
    let mut next = Some(raised.traceback(py)?.into_any());
    let mut found = None;
    while let Some(frame) = next {
        next = frame.getattr("tb_next").ok().filter(|next| !next.is_none());
        match is_ours(&frame) {
            true if found.is_some() => break,
            true => {}
            false => found = Some(frame),
        }
    }
    let frame = found?;
    let line = frame.getattr("tb_lineno").ok()?.extract().ok()?;
    let file: String =
        frame.getattr("tb_frame").ok()?.getattr("f_code").ok()?.getattr("co_filename").ok()?.extract().ok()?;
    Some(Place::at(file, line, 0))
}

// What runs a script (`runpy`) is as little the user's as our own modules are.
fn is_ours(frame: &Bound<'_, PyAny>) -> bool {
    let Ok(globals) = frame.getattr("tb_frame").and_then(|frame| frame.getattr("f_globals")) else { return false };
    let named = |key: &str| globals.get_item(key).and_then(|name| name.extract::<String>()).unwrap_or_default();
    let package = named("__package__");
    package == "gristmill" || package.starts_with("gristmill.") || named("__name__") == "runpy"
}

// Where a script cannot be read: no line of it has run yet.
fn unread(py: Python<'_>, raised: &PyErr) -> Option<Place> {
    let value = raised.is_instance_of::<pyo3::exceptions::PySyntaxError>(py).then(|| raised.value(py))?;
    let file: String = value.getattr("filename").ok()?.extract().ok()?;
    let number = |name: &str| value.getattr(name).and_then(|part| part.extract::<u32>()).unwrap_or(0);
    Some(Place::at(file, number("lineno"), number("offset")))
}

const KINDS: [Kind; 20] = [
    Kind::Usage,
    Kind::Config,
    Kind::Profile,
    Kind::Project,
    Kind::FileNotFound,
    Kind::JinjaSyntax,
    Kind::Compilation,
    Kind::RefNotFound,
    Kind::SourceNotFound,
    Kind::Cycle,
    Kind::Selection,
    Kind::Database,
    Kind::DatabaseLocked,
    Kind::Data,
    Kind::Contract,
    Kind::Io,
    Kind::Interrupted,
    Kind::Budget,
    Kind::UserCode,
    Kind::Internal,
];
