//! One cell of an Arrow batch as a template's value.

use std::any::Any;
use std::cmp::Ordering;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::NaiveDateTime;
use num_bigint::BigInt;

use crate::error::{Error, Result};
use crate::transform::jinja::modules::datetime::{Date, Moment, Zone};
use crate::transform::jinja::{Object, Value};

/// The value at `row` of `column`, as dbt's Python would hold it.
pub(super) fn value(column: &dyn Array, row: usize) -> Result<Value> {
    if column.is_null(row) {
        return Ok(Value::None);
    }
    Ok(match column.data_type() {
        DataType::Null => Value::None,
        DataType::Boolean => Value::Bool(column.as_boolean().value(row)),
        DataType::Int8 => Value::Int(column.as_primitive::<Int8Type>().value(row).into()),
        DataType::Int16 => Value::Int(column.as_primitive::<Int16Type>().value(row).into()),
        DataType::Int32 => Value::Int(column.as_primitive::<Int32Type>().value(row).into()),
        DataType::Int64 => Value::Int(column.as_primitive::<Int64Type>().value(row)),
        DataType::UInt8 => Value::Int(column.as_primitive::<UInt8Type>().value(row).into()),
        DataType::UInt16 => Value::Int(column.as_primitive::<UInt16Type>().value(row).into()),
        DataType::UInt32 => Value::Int(column.as_primitive::<UInt32Type>().value(row).into()),
        DataType::UInt64 => integer(BigInt::from(column.as_primitive::<UInt64Type>().value(row))),
        DataType::Float32 => Value::Float(column.as_primitive::<Float32Type>().value(row).into()),
        DataType::Float64 => Value::Float(column.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal128(_, 0) => integer(BigInt::from(column.as_primitive::<Decimal128Type>().value(row))),
        DataType::Decimal128(_, scale) => {
            Value::object(Decimal { unscaled: column.as_primitive::<Decimal128Type>().value(row), scale: *scale })
        }
        DataType::Utf8 => Value::str(column.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => Value::str(column.as_string::<i64>().value(row)),
        DataType::Utf8View => Value::str(column.as_string_view().value(row)),
        DataType::Date32 => match column.as_primitive::<Date32Type>().value_as_date(row) {
            Some(date) => Value::object(Date(date)),
            None => Value::str(formatted(column, row)?),
        },
        DataType::Timestamp(unit, zone) => match instant(column, *unit, row) {
            Some(at) => moment(at, zone.as_deref())?,
            None => Value::str(formatted(column, row)?),
        },
        _ => Value::str(formatted(column, row)?),
    })
}

// In UTC when the column has a time zone. An instant beyond what a calendar holds (`infinity`) is none.
fn instant(column: &dyn Array, unit: TimeUnit, row: usize) -> Option<NaiveDateTime> {
    match unit {
        TimeUnit::Second => column.as_primitive::<TimestampSecondType>().value_as_datetime(row),
        TimeUnit::Millisecond => column.as_primitive::<TimestampMillisecondType>().value_as_datetime(row),
        TimeUnit::Microsecond => column.as_primitive::<TimestampMicrosecondType>().value_as_datetime(row),
        TimeUnit::Nanosecond => column.as_primitive::<TimestampNanosecondType>().value_as_datetime(row),
    }
}

fn moment(at: NaiveDateTime, zone: Option<&str>) -> Result<Value> {
    match zone.and_then(Zone::named) {
        Some(zone) => Ok(Value::object(zone.from_utc(at)?)),
        None => Ok(Value::object(Moment { at, zone: None })),
    }
}

/// The number of a count or of another aggregate, whatever integer type the database chose for it.
pub(super) fn integer_at(column: &dyn Array, row: usize) -> Result<Option<i64>> {
    Ok(match value(column, row)? {
        Value::Float(number) => Some(number as i64),
        other => match other.downcast::<Decimal>() {
            Some(decimal) => Some(decimal.as_float() as i64),
            None => other.as_int(),
        },
    })
}

fn integer(number: BigInt) -> Value {
    Value::integer(number)
}

/// Any cell as text, in the database's way.
pub(super) fn formatted(column: &dyn Array, row: usize) -> Result<String> {
    let options = FormatOptions::default()
        .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.f"))
        .with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%S%.f%:z"))
        .with_date_format(Some("%Y-%m-%d"));
    let formatter = ArrayFormatter::try_new(column, &options).map_err(|error| Error::internal(error.to_string()))?;
    Ok(formatter.value(row).to_string())
}

/// A decimal number: shown with all its places, computed with as a float.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decimal {
    unscaled: i128,
    scale: i8,
}

impl Decimal {
    fn as_float(self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let places = usize::try_from(self.scale).unwrap_or(0);
        let digits = format!("{:0>width$}", self.unscaled.unsigned_abs(), width = places + 1);
        let (whole, part) = digits.split_at(digits.len() - places);
        let sign = if self.unscaled < 0 { "-" } else { "" };
        write!(f, "{sign}{whole}.{part}")
    }
}

impl Object for Decimal {
    fn type_name(&self) -> &'static str {
        "Decimal"
    }

    fn truth(&self) -> bool {
        self.unscaled != 0
    }

    fn display(&self) -> String {
        self.to_string()
    }

    fn repr(&self) -> String {
        format!("Decimal('{self}')")
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        Some(self.compare(other) == Some(Ordering::Equal))
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        let other = other.downcast::<Self>().map(|other| other.as_float()).or_else(|| other.as_float())?;
        self.as_float().partial_cmp(&other)
    }

    fn binary(&self, operator: &str, other: &Value, reflected: bool) -> Option<Result<Value>> {
        let other = other.downcast::<Self>().map(|other| other.as_float()).or_else(|| other.as_float())?;
        let (left, right) = if reflected { (other, self.as_float()) } else { (self.as_float(), other) };
        Some(Ok(Value::Float(match operator {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "/" if right != 0.0 => left / right,
            _ => return None,
        })))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_their_places() {
        assert_eq!(Decimal { unscaled: 150, scale: 2 }.to_string(), "1.50");
        assert_eq!(Decimal { unscaled: -5, scale: 3 }.to_string(), "-0.005");
    }
}
