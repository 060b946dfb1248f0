//! Items as Python objects: the way back from bytes, for steps that look at rows.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyFloat, PyList, PyString};

use super::error::from_python;
use crate::error::Result;
use crate::ingest::item::{Elements, Entries, Item, Key, Scratch, View};
use crate::ingest::normalize::{RootTable, Sink};
use crate::schema::time::{DAY_MICROS, date_of};
use crate::schema::types::Scalar;

/// Gathers items as Python objects.
pub(super) struct ObjectSink<'py> {
    pub(super) rows: Bound<'py, PyList>,
}

impl<'py> ObjectSink<'py> {
    pub(super) fn new(py: Python<'py>) -> Self {
        Self { rows: PyList::empty(py) }
    }
}

impl Sink for ObjectSink<'_> {
    fn add<I: Item>(&mut self, _root: RootTable, item: &I) -> Result<()> {
        let py = self.rows.py();
        let made = object(py, item)?;
        self.rows.append(made).map_err(|raised| from_python(py, &raised))
    }
}

fn object<'py, I: Item>(py: Python<'py>, item: &I) -> Result<Bound<'py, PyAny>> {
    let mut scratch = Scratch::default();
    let raised = |raised: PyErr| from_python(py, &raised);
    match item.view(&mut scratch)? {
        View::Null => Ok(py.None().into_bound(py)),
        View::Scalar(scalar) => value(py, &scalar).map_err(raised),
        View::Object(mut entries) => {
            let made = PyDict::new(py);
            while let Some((key, entry)) = entries.next_entry()? {
                made.set_item(PyString::intern(py, &key.text()?), object(py, &entry)?).map_err(raised)?;
            }
            Ok(made.into_any())
        }
        View::List(mut elements) => {
            let made = PyList::empty(py);
            while let Some(element) = elements.next_element()? {
                made.append(object(py, &element)?).map_err(raised)?;
            }
            Ok(made.into_any())
        }
    }
}

fn value<'py>(py: Python<'py>, scalar: &Scalar<'_>) -> PyResult<Bound<'py, PyAny>> {
    let of = |module: &str, name: &str| py.import(module)?.getattr(name);
    Ok(match scalar {
        Scalar::Bool(flag) => flag.into_pyobject(py)?.to_owned().into_any(),
        Scalar::Bigint(number) => number.into_pyobject(py)?.into_any(),
        Scalar::BigInteger(digits) => py.get_type::<pyo3::types::PyInt>().call1((*digits,))?,
        Scalar::Double(number) => PyFloat::new(py, *number).into_any(),
        Scalar::Text(text) | Scalar::Json(text) => PyString::new(py, text).into_any(),
        Scalar::Binary(bytes) | Scalar::HexBytes(bytes) => PyBytes::new(py, bytes).into_any(),
        Scalar::Decimal(digits) | Scalar::Wei(digits) => of("decimal", "Decimal")?.call1((*digits,))?,
        Scalar::Date(days) => of("datetime", "date")?.call1(date_of(*days))?,
        Scalar::Time(micros) => of("datetime", "time")?.call1(clock(*micros))?,
        Scalar::Timestamp(timestamp) => {
            let days = timestamp.micros.div_euclid(DAY_MICROS);
            let (year, month, day) = date_of(days as i32);
            let (hour, minute, second, micro) = clock(timestamp.micros.rem_euclid(DAY_MICROS));
            let class = of("datetime", "datetime")?;
            if timestamp.offset.is_some() {
                let utc = of("datetime", "UTC")?;
                class.call1((year, month, day, hour, minute, second, micro, utc))?
            } else {
                class.call1((year, month, day, hour, minute, second, micro))?
            }
        }
    })
}

fn clock(micros: i64) -> (i64, i64, i64, i64) {
    let seconds = micros / 1_000_000;
    (seconds / 3600, seconds / 60 % 60, seconds % 60, micros % 1_000_000)
}
