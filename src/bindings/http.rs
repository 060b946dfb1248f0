//! `_core.HttpClient`: requests that were made ready in Python, sent and awaited by the core.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use serde_json::{Map, Value};

use super::enter::enter_attached;
use super::error::to_python as raise;
use super::plain::{to_map, to_python};
use crate::ingest::extract::http::extent::{Cursor, extent};
use crate::ingest::extract::http::fields::fields;
use crate::ingest::extract::http::look::{Found, Step};
use crate::ingest::extract::http::retry::Retry;
use crate::ingest::extract::http::{Answer, Failure, FailureKind, Fetch, HttpClient, Options, Proxy, Request};

/// How long a wait may last before signals are looked for.
const LOOK: Duration = Duration::from_millis(200);

pub(super) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyHttpClient>()?;
    module.add_class::<PyFetch>()?;
    module.add_class::<PyAnswer>()
}

#[pyclass(frozen, name = "HttpClient", module = "gristmill._core")]
pub(crate) struct PyHttpClient {
    client: HttpClient,
}

#[pymethods]
impl PyHttpClient {
    #[new]
    fn new(py: Python<'_>, options: &Bound<'_, PyDict>) -> PyResult<Self> {
        let options = to_map(options, "options of an HTTP client").map_err(|error| raise(py, &error))?;
        let client = enter_attached(py, || HttpClient::new(options_of(&options)))?;
        Ok(Self { client })
    }

    #[pyo3(signature = (method, url, headers, body, paths))]
    fn submit(
        &self,
        py: Python<'_>,
        method: String,
        url: String,
        headers: Vec<(String, Vec<u8>)>,
        body: Option<Vec<u8>>,
        paths: Vec<Bound<'_, PyAny>>,
    ) -> PyResult<PyFetch> {
        let paths = paths.iter().map(steps).collect::<PyResult<_>>()?;
        let fetch = enter_attached(py, || self.client.submit(Request { method, url, headers, body, paths }))?;
        Ok(PyFetch { fetch: Mutex::new(Some(fetch)) })
    }
}

/// An answer on its way; letting go of it calls the request off.
#[pyclass(frozen, name = "Fetch", module = "gristmill._core")]
pub(crate) struct PyFetch {
    fetch: Mutex<Option<Fetch>>,
}

#[pymethods]
impl PyFetch {
    fn wait(&self, py: Python<'_>) -> PyResult<PyAnswer> {
        let taken = self.fetch.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(fetch) = taken else {
            let failure = Failure::new(FailureKind::Broken, "the request was called off");
            return Ok(PyAnswer { outcome: Err(failure) });
        };
        loop {
            if let Some(outcome) = py.detach(|| fetch.wait(LOOK)) {
                return Ok(PyAnswer { outcome });
            }
            py.check_signals()?;
        }
    }

    fn cancel(&self) {
        drop(self.fetch.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

#[pyclass(frozen, name = "Answer", module = "gristmill._core")]
pub(crate) struct PyAnswer {
    outcome: Result<Answer, Failure>,
}

impl PyAnswer {
    /// The bytes of the answer; of a failure none.
    pub(super) fn body(&self) -> Arc<Vec<u8>> {
        self.outcome.as_ref().map(|answer| Arc::clone(&answer.body)).unwrap_or_default()
    }
}

#[pymethods]
impl PyAnswer {
    #[getter]
    fn failure(&self) -> Option<(&'static str, &str)> {
        self.outcome.as_ref().err().map(|failure| (failure.kind.slug(), failure.text.as_str()))
    }

    #[getter]
    fn status(&self) -> u16 {
        self.outcome.as_ref().map_or(0, |answer| answer.status)
    }

    #[getter]
    fn reason(&self) -> &str {
        self.outcome.as_ref().map_or("", |answer| answer.reason.as_str())
    }

    #[getter]
    fn attempts(&self) -> u32 {
        self.outcome.as_ref().map_or(0, |answer| answer.attempts)
    }

    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> Vec<(&str, Bound<'py, PyBytes>)> {
        let headers = self.outcome.as_ref().map_or(&[][..], |answer| &answer.headers);
        headers.iter().map(|(name, value)| (name.as_str(), PyBytes::new(py, value))).collect()
    }

    #[getter]
    fn size(&self) -> usize {
        self.body().len()
    }

    #[getter]
    fn content<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.body())
    }

    #[getter]
    fn fault(&self) -> Option<&str> {
        self.outcome.as_ref().ok().and_then(|answer| answer.look.fault.as_deref())
    }

    #[getter]
    fn oversized(&self) -> Option<usize> {
        self.outcome.as_ref().ok().and_then(|answer| answer.look.oversized)
    }

    /// The lowest and highest value of `key` among the records at a path, each with its records; None where Python must look.
    fn extent<'py>(&self, py: Python<'py>, path: &Bound<'py, PyAny>, key: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        let (body, path) = (self.body(), steps(path)?);
        let Some(found) = py.detach(|| extent(&body, &path, key)) else { return Ok(None) };
        let cursor = |cursor: Cursor| match cursor {
            Cursor::Integer(number) => Value::from(number),
            Cursor::Text(text) => Value::from(text),
        };
        let parts = [cursor(found.lowest), found.at_lowest.into(), cursor(found.highest), found.at_highest.into()];
        to_python(py, &Value::from(parts.to_vec()), false).map(Some)
    }

    /// What stands at each of the `wanted` paths in each record at a path; None where Python must look.
    fn fields<'py>(
        &self,
        py: Python<'py>,
        path: &Bound<'py, PyAny>,
        wanted: Vec<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let (body, path) = (self.body(), steps(path)?);
        let wanted = wanted.iter().map(steps).collect::<PyResult<Vec<_>>>()?;
        let Some(rows) = py.detach(|| fields(&body, &path, &wanted)) else { return Ok(None) };
        to_python(py, &Value::from(rows), false).map(Some)
    }

    /// `(kind, value)` of what stands at a path that was asked for; None when that is not known.
    fn found<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Option<(&'static str, Bound<'py, PyAny>)>> {
        let seen = self.outcome.as_ref().ok().and_then(|answer| answer.look.found.get(index));
        let value = |object: Bound<'py, PyAny>| Ok(Some(("value", object)));
        let nothing = py.None().into_bound(py);
        match seen {
            None | Some(Found::Other) => Ok(None),
            Some(Found::Missing) => Ok(Some(("missing", nothing))),
            Some(Found::Object) => Ok(Some(("object", nothing))),
            Some(Found::List(len)) => Ok(Some(("list", len.into_pyobject(py)?.into_any()))),
            Some(Found::Null) => value(nothing),
            Some(Found::Bool(flag)) => value(flag.into_pyobject(py)?.to_owned().into_any()),
            Some(Found::Integer(number)) => value(number.into_pyobject(py)?.into_any()),
            Some(Found::Number(number)) => value(number.into_pyobject(py)?.into_any()),
            Some(Found::Text(text)) => value(text.into_pyobject(py)?.into_any()),
        }
    }
}

/// A path of keys and indexes.
pub(super) fn steps(path: &Bound<'_, PyAny>) -> PyResult<Vec<Step>> {
    path.try_iter()?
        .map(|step| {
            let step = step?;
            match step.extract::<i64>() {
                Ok(index) => Ok(Step::Index(index)),
                Err(_) => step.extract::<String>().map(Step::Key),
            }
        })
        .collect()
}

fn options_of(options: &Map<String, Value>) -> Options {
    let seconds = |name: &str, known: f64| {
        let value = options.get(name).and_then(Value::as_f64).filter(|value| value.is_finite() && *value >= 0.0);
        // Three years stand for ever: a time beyond all clocks cannot be waited for.
        Duration::from_secs_f64(value.unwrap_or(known).min(1e8))
    };
    let number = |name: &str, known: usize| {
        options.get(name).and_then(Value::as_u64).and_then(|value| usize::try_from(value).ok()).unwrap_or(known)
    };
    Options {
        silence_max: seconds("timeout", 60.0),
        total_max: seconds("total_timeout", 600.0),
        retry: Retry {
            attempts_max: number("max_attempts", 5).try_into().unwrap_or(u32::MAX),
            backoff: seconds("backoff_factor", 1.0),
            delay_max: seconds("max_retry_delay", 300.0),
        },
        body_bytes_max: number("max_body_bytes", 512 << 20),
        row_bytes_max: number("max_row_bytes", 64 << 20),
        concurrency: number("concurrency", 8),
        rate: options.get("rate").and_then(Value::as_f64),
        // Which proxy the environment names for a URL was asked in Python.
        proxy: options
            .get("proxy")
            .and_then(Value::as_str)
            .map_or(Proxy::Nothing, |url| Proxy::Through(url.to_owned())),
        certificates: options.get("certificates").and_then(Value::as_str).map(|pem| pem.as_bytes().to_vec()),
        only_these_certificates: options.get("only_these_certificates").and_then(Value::as_bool).unwrap_or(false),
    }
}
