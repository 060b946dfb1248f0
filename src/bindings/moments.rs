//! Python's instants, times of day and spans of time as numbers and text.

use pyo3::prelude::*;

use super::error::{from_python, to_python as raise};
use super::unusual::Classes;
use crate::error::{Error, Kind, Result};
use crate::schema::time::{DAY_MICROS, Timestamp, days, iso_duration};

fn number(object: &Bound<'_, PyAny>, name: &str) -> Result<i64> {
    object.getattr(name).and_then(|value| value.extract()).map_err(|raised| from_python(object.py(), &raised))
}

pub(super) fn clock(object: &Bound<'_, PyAny>) -> Result<i64> {
    let seconds = number(object, "hour")? * 3600 + number(object, "minute")? * 60 + number(object, "second")?;
    Ok(seconds * 1_000_000 + number(object, "microsecond")?)
}

pub(super) fn timestamp(object: &Bound<'_, PyAny>, known: &Classes) -> Result<Timestamp> {
    let py = object.py();
    let raised = |raised: PyErr| from_python(py, &raised);
    let zone = object.getattr("tzinfo").map_err(raised)?;
    let offset = if zone.is_none() {
        None
    } else if zone.is(known.utc.bind(py)) {
        Some(0)
    } else {
        let offset = object.call_method0("utcoffset").map_err(raised)?;
        if offset.is_none() {
            None
        } else {
            Some((number(&offset, "days")? * 86_400 + number(&offset, "seconds")?) as i32)
        }
    };
    if object.get_type().is(known.datetime.bind(py)) {
        // One subtraction in C takes the date apart, whatever its zone.
        let epoch = if offset.is_some() { &known.epoch } else { &known.naive_epoch };
        let since = object.sub(epoch.bind(py)).map_err(raised)?;
        let micros = number(&since, "days")? * DAY_MICROS
            + number(&since, "seconds")? * 1_000_000
            + number(&since, "microseconds")?;
        return Ok(Timestamp { micros, nanos: 0, offset });
    }
    let date = days(number(object, "year")? as i32, number(object, "month")? as u32, number(object, "day")? as u32);
    let date = date.ok_or_else(|| Error::new(Kind::Data, "a date is not in the years 1 to 9999"))?;
    let nanos = if object.hasattr("nanosecond").map_err(raised)? { number(object, "nanosecond")? } else { 0 };
    let micros = i64::from(date) * DAY_MICROS + clock(object)? - i64::from(offset.unwrap_or(0)) * 1_000_000;
    Ok(Timestamp { micros, nanos: nanos as u16, offset })
}

// `P1DT2H3M4.5S`, as ISO 8601 and pydantic write a span of time.
pub(super) fn duration(object: &Bound<'_, PyAny>) -> Result<String> {
    let micros = i128::from(number(object, "days")?) * i128::from(DAY_MICROS)
        + i128::from(number(object, "seconds")? * 1_000_000 + number(object, "microseconds")?);
    let nanos = if object.hasattr("nanoseconds").unwrap_or(false) { number(object, "nanoseconds")? } else { 0 };
    Ok(iso_duration(micros * 1000 + i128::from(nanos)))
}

/// A `timedelta` as the text that it is loaded as.
#[pyfunction]
#[pyo3(name = "iso_duration")]
pub(super) fn iso_duration_of(py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<String> {
    duration(value).map_err(|error| raise(py, &error))
}

pub(super) fn duration_text(nanos: i64) -> String {
    iso_duration(i128::from(nanos))
}
