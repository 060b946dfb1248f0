//! `_core.ObjectStore` and `_core.FileRows`: files of stores, and the rows of files as dicts for steps that look at them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};

use super::enter::enter;
use super::error::{from_python, to_python as raise};
use super::objects::ObjectSink;
use super::plain::to_map;
use crate::error::{Error, Kind, Result};
use crate::ingest::extract::files::blob::Blob;
use crate::ingest::extract::files::object::{Listed, Store};
use crate::ingest::extract::files::{FileRequest, Rejected};
use crate::ingest::file_blocks::FileBlocks;
use crate::ingest::normalize::RootTable;

/// One bucket of a store.
#[pyclass(frozen, name = "ObjectStore", module = "gristmill._core")]
pub(crate) struct ObjectStore(Store);

type Found = (String, u64, i64, Option<String>);

#[pymethods]
impl ObjectStore {
    #[new]
    fn new(py: Python<'_>, kind: &str, bucket: &str, options: HashMap<String, String>) -> PyResult<Self> {
        enter(py, |_| Store::new(kind, bucket, options).map(Self))
    }

    fn list(&self, py: Python<'_>, folder: &str, deep: bool) -> PyResult<Vec<Found>> {
        enter(py, |_| Ok(self.0.list(folder, deep)?.into_iter().map(found).collect()))
    }

    fn head(&self, py: Python<'_>, key: &str) -> PyResult<Found> {
        enter(py, |_| self.0.head(key).map(found))
    }

    fn object(&self, key: &str, size: u64, etag: Option<String>) -> StoredObject {
        StoredObject(Arc::new(self.0.object(key, size, etag)))
    }
}

fn found(listed: Listed) -> Found {
    (listed.key, listed.size, listed.modified, listed.etag)
}

/// An object of a store, as it was listed.
#[pyclass(frozen, name = "StoredObject", module = "gristmill._core")]
pub(crate) struct StoredObject(Arc<dyn Blob>);

#[pymethods]
impl StoredObject {
    fn read<'py>(&self, py: Python<'py>, start: u64, length: usize) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = enter(py, |_| self.0.read_at(start, length))?;
        Ok(PyBytes::new(py, &bytes))
    }
}

/// The rows of one file, block by block.
#[pyclass(frozen, name = "FileRows", module = "gristmill._core")]
pub(crate) struct FileRows {
    blocks: Mutex<FileBlocks>,
    rejected: Mutex<Vec<Rejected>>,
}

type RejectedRow = (String, u64, u64, String, String);

#[pymethods]
impl FileRows {
    #[new]
    #[pyo3(signature = (file, content = None))]
    fn new(py: Python<'_>, file: &Bound<'_, PyDict>, content: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let request = request(file, content).map_err(|error| raise(py, &error))?;
        Ok(Self { blocks: Mutex::new(FileBlocks::new([request])), rejected: Mutex::default() })
    }

    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyList>>> {
        let next = || self.blocks.lock().unwrap_or_else(PoisonError::into_inner).next_block();
        let Some(block) = enter(py, |_| next())? else { return Ok(None) };
        let mut sink = ObjectSink::new(py);
        let read = block.read(&mut sink, RootTable::default()).map_err(|error| raise(py, &error))?;
        self.rejected.lock().unwrap_or_else(PoisonError::into_inner).extend(read.rejected);
        Ok(Some(sink.rows))
    }

    /// Records that were set aside since the last call.
    fn take_rejected(&self) -> Vec<RejectedRow> {
        let taken = std::mem::take(&mut *self.rejected.lock().unwrap_or_else(PoisonError::into_inner));
        taken.into_iter().map(|row| (row.file, row.line, row.byte, row.error, row.text)).collect()
    }
}

/// A file as Python describes it; its bytes are on this machine, given, in a store, or a file that Python opens.
pub(super) fn request(file: &Bound<'_, PyDict>, content: Option<&Bound<'_, PyAny>>) -> Result<FileRequest> {
    let mut request = FileRequest::from_description(&to_map(file, "file")?)?;
    request.blob = match content {
        None => None,
        Some(content) if content.is_none() => None,
        Some(content) => Some(match (content.cast::<PyBytes>(), content.cast::<StoredObject>()) {
            (Ok(bytes), _) => Arc::new(Bytes::copy_from_slice(bytes.as_bytes())),
            (_, Ok(object)) => Arc::clone(&object.get().0),
            _ => Arc::new(PythonFile::new(content, request.size)),
        }),
    };
    Ok(request)
}

/// A file that a function of Python opens: of fsspec, as a rule.
#[derive(Debug)]
struct PythonFile {
    open: Py<PyAny>,
    file: Mutex<Option<Py<PyAny>>>,
    size: Option<u64>,
}

impl PythonFile {
    fn new(open: &Bound<'_, PyAny>, size: Option<u64>) -> Self {
        Self { open: open.clone().unbind(), file: Mutex::default(), size }
    }

    fn with<T>(&self, work: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>) -> Result<T> {
        Python::attach(|py| {
            // Taken out while it is used: the interpreter may switch threads, and a lock must not be held over that.
            let known = self.file.lock().unwrap_or_else(PoisonError::into_inner).take();
            let outcome = match known {
                Some(file) => Ok(file.into_bound(py)),
                None => self.open.bind(py).call0(),
            }
            .and_then(|file| {
                let done = work(&file)?;
                *self.file.lock().unwrap_or_else(PoisonError::into_inner) = Some(file.unbind());
                Ok(done)
            });
            outcome.map_err(|raised| from_python(py, &raised))
        })
    }
}

impl Blob for PythonFile {
    fn size(&self) -> Result<u64> {
        match self.size {
            Some(size) => Ok(size),
            None => self.with(|file| file.call_method1("seek", (0, 2))?.extract()),
        }
    }

    fn read_at(&self, start: u64, length: usize) -> Result<Bytes> {
        self.with(|file| {
            file.call_method1("seek", (start,))?;
            let mut bytes: Vec<u8> = Vec::new();
            while bytes.len() < length {
                let piece = file.call_method1("read", (length - bytes.len(),))?;
                let piece = piece.cast::<PyBytes>()?.as_bytes();
                if piece.is_empty() {
                    break;
                }
                bytes.extend_from_slice(piece);
            }
            Ok(bytes.into())
        })
    }
}

impl Drop for PythonFile {
    fn drop(&mut self) {
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(file) = file {
            // What cannot be closed is closed when Python lets it go.
            Python::attach(|py| drop(file.call_method0(py, "close")));
        }
    }
}

/// The files of a call: pairs of a description and of what holds the bytes.
pub(super) fn requests(files: &Bound<'_, PyList>) -> Result<Vec<FileRequest>> {
    files
        .iter()
        .map(|pair| {
            let (file, content): (Bound<'_, PyAny>, Option<Bound<'_, PyAny>>) =
                pair.extract().map_err(|raised| from_python(files.py(), &raised))?;
            let file = file.cast::<PyDict>().map_err(|_| Error::new(Kind::Usage, "a file is described by a dict"))?;
            request(file, content.as_ref())
        })
        .collect()
}
