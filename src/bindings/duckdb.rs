//! The one real [`Engine`]: the user's own `duckdb` module.
//!
//! Connections come from `duckdb.connect` and `cursor()` only, because only they share one instance of a database file
//! within a process; a second door loses rows. Batches cross as Arrow C streams in both directions; neither pyarrow nor
//! pandas is needed. `duckdb` releases the interpreter lock while it works, and is imported at the first connection.

use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use arrow::array::RecordBatchReader;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ffi_stream::FFI_ArrowArrayStream;
use arrow::record_batch::RecordBatch;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};
use pyo3_arrow::PyRecordBatchReader;
use regex::Regex;

use super::error::{from_python, text};
use crate::engine::again::again;
use crate::engine::cancel::Cancel;
use crate::engine::catalog::DatabaseColumn;
use crate::engine::dialect::quote;
use crate::engine::refusal::{is_closing, refused};
use crate::engine::{Engine, Interrupt, PythonJob, PythonTask, Rows, Session, described_by_query};
use crate::error::{Error, Kind, Place, Result};

/// An open database. Sessions are cursors over the one connection.
pub(crate) struct DuckDb {
    connection: Py<PyAny>,
    location: String,
    cancel: Arc<Cancel>,
    // A connection that the user handed over stays open when we are done.
    owned: bool,
}

impl DuckDb {
    /// Opens the file at `path` (or `:memory:`) with DuckDB's settings, as text.
    pub(crate) fn open(
        path: &str,
        read_only: bool,
        settings: &[(String, String)],
        cancel: &Arc<Cancel>,
    ) -> Result<Self> {
        folder_is_there(path)?;
        let open = || Self::connected(path, read_only, settings, cancel);
        again(is_closing, open)
    }

    fn connected(path: &str, read_only: bool, settings: &[(String, String)], cancel: &Arc<Cancel>) -> Result<Self> {
        Python::attach(|py| {
            let config = PyDict::new(py);
            for (name, value) in settings {
                config.set_item(name, value).map_err(|raised| from_python(py, &raised))?;
            }
            let arguments = PyDict::new(py);
            arguments
                .set_item("read_only", read_only)
                .and_then(|()| arguments.set_item("config", config))
                .map_err(|raised| from_python(py, &raised))?;
            let module = py.import("duckdb").map_err(|raised| not_installed(py, &raised))?;
            let connection = module
                .call_method("connect", (path,), Some(&arguments))
                .map_err(|raised| database_error(py, &raised, "").at(Place::file(path)))?;
            Ok(Self {
                connection: connection.unbind(),
                location: path.to_owned(),
                cancel: Arc::clone(cancel),
                owned: true,
            })
        })
    }

    /// Opens the database of a profile that wants more than SQL can say, through `gristmill/environment.py`, which
    /// stands in for the connection. Gives what brings plugins and file systems in as well.
    pub(crate) fn environment(
        path: &str,
        described: &str,
        cancel: &Arc<Cancel>,
    ) -> Result<(Self, impl FnOnce() -> Result<()> + use<>)> {
        folder_is_there(path)?;
        let open = || {
            Python::attach(|py| {
                let open = || {
                    let described = py.import("json")?.call_method1("loads", (described,))?;
                    py.import("gristmill.environment")?.call_method1("Environment", (described,)).map(Bound::unbind)
                };
                open().map_err(|raised| database_error(py, &raised, "").at(Place::file(path)))
            })
        };
        let environment = again(is_closing, open)?;
        let connection = Python::attach(|py| environment.clone_ref(py));
        let configure = move || {
            Python::attach(|py| {
                let configured = environment.call_method0(py, "configure");
                configured.map(drop).map_err(|raised| database_error(py, &raised, ""))
            })
        };
        let location = path.to_owned();
        Ok((Self { connection, location, cancel: Arc::clone(cancel), owned: true }, configure))
    }

    /// Hands the connection to Python, and closes nothing.
    pub(crate) fn into_connection(mut self, py: Python<'_>) -> Py<PyAny> {
        self.owned = false;
        self.connection.clone_ref(py)
    }

    /// Works over a connection that the user has open.
    pub(crate) fn over(connection: Py<PyAny>, cancel: &Arc<Cancel>) -> Self {
        Self { connection, location: "the connection given".to_owned(), cancel: Arc::clone(cancel), owned: false }
    }
}

impl Engine for DuckDb {
    fn session(&self) -> Result<Box<dyn Session>> {
        let cursor = Python::attach(|py| {
            self.connection.call_method0(py, "cursor").map_err(|raised| database_error(py, &raised, ""))
        })?;
        let interrupt: Arc<dyn Interrupt> = Arc::new(CursorInterrupt(Python::attach(|py| cursor.clone_ref(py))));
        self.cancel.watch(&interrupt);
        Ok(Box::new(Cursor { handle: cursor, interrupt, cancel: Arc::clone(&self.cancel) }))
    }

    fn location(&self) -> String {
        self.location.clone()
    }
}

impl Drop for DuckDb {
    fn drop(&mut self) {
        if self.owned {
            close(&self.connection);
        }
    }
}

struct Cursor {
    handle: Py<PyAny>,
    interrupt: Arc<dyn Interrupt>,
    cancel: Arc<Cancel>,
}

impl Session for Cursor {
    fn execute(&mut self, sql: &str) -> Result<Option<u64>> {
        self.cancel.check()?;
        Python::attach(|py| run(self.handle.bind(py), sql).map_err(|raised| database_error(py, &raised, sql)))
    }

    fn query(&mut self, sql: &str) -> Result<Rows> {
        self.cancel.check()?;
        let reader = Python::attach(|py| {
            stream_of(self.handle.bind(py), sql).map_err(|raised| database_error(py, &raised, sql))
        })?;
        let Some(reader) = reader else {
            return Ok(Rows { schema: SchemaRef::new(arrow::datatypes::Schema::empty()), batches: Vec::new() });
        };
        let schema = reader.schema();
        let batches = reader.collect::<Result<Vec<_>, ArrowError>>().map_err(|error| stream_error(&error, sql))?;
        Ok(Rows { schema, batches })
    }

    fn describe(&mut self, sql: &str) -> Result<Vec<DatabaseColumn>> {
        self.cancel.check()?;
        let bound = Python::attach(|py| columns_of(self.handle.bind(py), sql).ok().flatten());
        // Whatever does not bind, `describe` judges: it tells the place.
        match bound {
            Some(columns) => Ok(columns),
            None => described_by_query(self, sql),
        }
    }

    fn ingest(&mut self, name: &str, batches: Box<dyn RecordBatchReader + Send>, sql: &str) -> Result<Option<u64>> {
        self.cancel.check()?;
        let failure = Arc::new(Mutex::new(None));
        let stream = FFI_ArrowArrayStream::new(Box::new(Watched {
            batches,
            failure: Arc::clone(&failure),
            cancel: Arc::clone(&self.cancel),
        }));
        let outcome = Python::attach(|py| {
            let cursor = self.handle.bind(py);
            let outcome = PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
                .and_then(|capsule| cursor.call_method1("register", (name, capsule)))
                .and_then(|_| run(cursor, sql))
                .map_err(|raised| database_error(py, &raised, sql));
            // In an aborted transaction even this may fail; the name dies with the cursor then.
            let _ = cursor.call_method1("unregister", (name,));
            outcome
        });
        // What went wrong while the batches were made is the cause; what DuckDB says about it is an echo.
        match failure.lock().expect("no thread panics while it holds the failure").take() {
            Some(error) => Err(error),
            None => outcome,
        }
    }

    fn python(&mut self, job: &PythonJob) -> Result<()> {
        self.cancel.check()?;
        Python::attach(|py| {
            let described = py.import("json")?.call_method1("loads", (&job.description,))?;
            let (module, function) = match job.task {
                PythonTask::Model => ("gristmill.python_model", "run"),
                PythonTask::Load => ("gristmill.environment", "load"),
                PythonTask::Store => ("gristmill.environment", "store"),
            };
            py.import(module)?.call_method1(function, (self.handle.bind(py), described)).map(drop)
        })
        .map_err(|raised| Python::attach(|py| from_python(py, &raised)))
    }

    fn interrupter(&self) -> Arc<dyn Interrupt> {
        Arc::clone(&self.interrupt)
    }
}

impl Drop for Cursor {
    fn drop(&mut self) {
        close(&self.handle);
    }
}

struct CursorInterrupt(Py<PyAny>);

impl Interrupt for CursorInterrupt {
    fn interrupt(&self) {
        // A cursor that is closed has nothing to stop.
        Python::try_attach(|py| self.0.call_method0(py, "interrupt").is_ok());
    }
}

// DuckDB pulls these batches from its own threads, through C: no panic may leave, and the error is kept as it was.
struct Watched {
    batches: Box<dyn RecordBatchReader + Send>,
    failure: Arc<Mutex<Option<Error>>>,
    cancel: Arc<Cancel>,
}

impl Watched {
    fn fail(&self, error: Error) -> ArrowError {
        let told = ArrowError::ExternalError(Box::new(error.clone()));
        self.failure.lock().expect("no thread panics while it holds the failure").get_or_insert(error);
        told
    }
}

impl Iterator for Watched {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Err(error) = self.cancel.check() {
            return Some(Err(self.fail(error)));
        }
        let next = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.batches.next()));
        match next {
            Ok(None) => None,
            Ok(Some(Ok(batch))) => Some(Ok(batch)),
            Ok(Some(Err(ArrowError::ExternalError(cause)))) => Some(Err(match cause.downcast::<Error>() {
                Ok(error) => self.fail(*error),
                Err(other) => self.fail(Error::new(Kind::Data, other.to_string())),
            })),
            Ok(Some(Err(error))) => Some(Err(self.fail(Error::new(Kind::Data, error.to_string())))),
            Err(_) => {
                Some(Err(self.fail(Error::internal("a state that cannot be, while batches were read for a load"))))
            }
        }
    }
}

impl RecordBatchReader for Watched {
    fn schema(&self) -> SchemaRef {
        self.batches.schema()
    }
}

// Behind white space in front, DuckDB points beside the word that it means.
fn begun(sql: &str) -> &str {
    sql.trim_start()
}

// Runs to the end; the rows are dropped inside DuckDB.
fn run(cursor: &Bound<'_, PyAny>, sql: &str) -> PyResult<Option<u64>> {
    cursor.call_method1("execute", (begun(sql),))?;
    let count: i64 = cursor.getattr("rowcount")?.extract()?;
    cursor.call_method0("complete")?;
    Ok(u64::try_from(count).ok())
}

fn stream_of(cursor: &Bound<'_, PyAny>, sql: &str) -> PyResult<Option<Box<dyn RecordBatchReader + Send>>> {
    let sql = begun(sql);
    let relation = match cursor.call_method1("sql", (sql,)) {
        Ok(relation) => relation,
        // A relation's binder drops the line and caret that a statement's binder shows: ask that one. Whatever is not one
        // query alone has been run as far as it goes, and must not be sent again.
        Err(raised) => {
            return match one_query(cursor, sql) {
                Ok(Some(query)) => Err(cursor.call_method1("execute", (query,)).err().unwrap_or(raised)),
                Ok(None) | Err(_) => Err(raised),
            };
        }
    };
    if relation.is_none() {
        return Ok(None);
    }
    let relation = in_text(&relation).unwrap_or(relation);
    let capsule = relation.call_method0("__arrow_c_stream__")?.cast_into::<PyCapsule>()?;
    PyRecordBatchReader::from_arrow_pycapsule(&capsule)?.into_reader().map(Some)
}

// Bits and numbers of any size cross to Arrow as bytes that nobody can tell from others: such a relation gives their text.
fn in_text<'py>(relation: &Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>> {
    static IN_BYTES: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(BIT|BIGNUM)\b").expect("the pattern is valid"));
    // Asked of all types at once, as most queries have neither.
    let types = relation.getattr("types").and_then(|types| types.str()).ok()?;
    if !IN_BYTES.is_match(types.to_str().ok()?) {
        return None;
    }
    let columns = relation_columns(relation).ok()?;
    let select = columns.iter().enumerate().map(|(at, DatabaseColumn { name, data_type })| {
        let in_text = IN_BYTES.replace_all(data_type, "VARCHAR");
        let place = at + 1;
        if in_text == *data_type {
            format!("#{place} as {}", quote(name))
        } else {
            format!("cast(#{place} as {in_text}) as {}", quote(name))
        }
    });
    relation.call_method1("project", (select.collect::<Vec<_>>().join(", "),)).ok()
}

fn relation_columns(relation: &Bound<'_, PyAny>) -> PyResult<Vec<DatabaseColumn>> {
    let names: Vec<String> = relation.getattr("columns")?.extract()?;
    let types = relation.getattr("types")?.try_iter()?.map(|data_type| data_type?.str()?.extract());
    let types = types.collect::<PyResult<Vec<String>>>()?;
    let column = |(name, data_type)| DatabaseColumn { name, data_type };
    Ok(names.into_iter().zip(types).map(column).collect())
}

// The columns of a relation, which is a query that is bound and not run: a quarter of the cost of `describe`. `None` for all
// that would do more than read, since asking for its relation runs it.
fn columns_of(cursor: &Bound<'_, PyAny>, sql: &str) -> PyResult<Option<Vec<DatabaseColumn>>> {
    static MAY_WRITE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i);|\b(insert|update|delete|merge)\b").expect("the pattern is valid"));
    if MAY_WRITE.is_match(sql) {
        return Ok(None);
    }
    let Some(query) = one_query(cursor, sql)? else { return Ok(None) };
    let relation = cursor.call_method1("sql", (query,))?;
    relation_columns(&relation).map(Some)
}

// The statement of a text that is one query and nothing else.
fn one_query<'py>(cursor: &Bound<'py, PyAny>, sql: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    let mut statements: Vec<Bound<'py, PyAny>> = cursor.call_method1("extract_statements", (sql,))?.extract()?;
    let only = if statements.len() == 1 { statements.pop() } else { None };
    let Some(only) = only else { return Ok(None) };
    let is_query = only.getattr("type")?.getattr("name")?.extract::<String>()? == "SELECT";
    Ok(is_query.then_some(only))
}

fn close(connection: &Py<PyAny>) {
    // While the interpreter shuts down nothing can be called, and nothing needs to be.
    Python::try_attach(|py| connection.call_method0(py, "close").is_ok());
}

fn folder_is_there(path: &str) -> Result<()> {
    let Some(folder) = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    // `md:` and other schemes are DuckDB's to judge.
    if path.starts_with(':') || path.contains("://") || path.starts_with("md:") || folder.is_dir() {
        return Ok(());
    }
    Err(Error::new(
        Kind::FileNotFound,
        format!("cannot open database `{path}`: folder `{}` is not there", folder.display()),
    )
    .at(Place::file(path))
    .hint("create that folder, or choose another path"))
}

fn not_installed(py: Python<'_>, raised: &PyErr) -> Error {
    Error::new(Kind::Config, format!("cannot import `duckdb`: {}", text(py, raised)))
        .hint("install it: `pip install \"duckdb>=2.0\"`")
}

fn database_error(py: Python<'_>, raised: &PyErr, sql: &str) -> Error {
    let module = raised.get_type(py).module().map(|module| module.to_string()).unwrap_or_default();
    if module.contains("duckdb") { refused(&text(py, raised), sql) } else { from_python(py, raised) }
}

fn stream_error(error: &ArrowError, sql: &str) -> Error {
    match error {
        ArrowError::CDataInterface(said) => refused(said.trim_start_matches("Error getting next batch: "), sql),
        other => refused(&other.to_string(), sql),
    }
}
