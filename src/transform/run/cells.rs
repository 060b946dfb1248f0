//! One cell of an Arrow batch as a template's value.

use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use arrow::datatypes::{
    ArrowTimestampType, DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, IntervalMonthDayNanoType, IntervalUnit, Time64MicrosecondType, Time64NanosecondType, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _};
use num_bigint::BigInt;

use crate::error::{Error, Result};
use crate::transform::jinja::modules::datetime::{Date, Moment, Span, Zone};
use crate::transform::jinja::{Decimal, Value, json, operators};

/// The value at `row` of `column` as dbt's tables hold it: numbers with a point are decimals; lists, structs and maps are
/// their JSON; times of day, spans and bytes are their text.
pub(super) fn value(column: &dyn Array, row: usize) -> Result<Value> {
    Ok(match cell(column, row)? {
        Value::Float(number) => Value::object(Decimal::printed(number)),
        nested @ (Value::List(_) | Value::Dict(_)) => Value::str(json::dumps(&nested, json::Layout::default())?),
        bytes @ Value::Bytes(_) => Value::str(bytes.repr()),
        plain => plain,
    })
}

// As Python would hold it, except that what lists and structs hold is already what their JSON says of it.
fn cell(column: &dyn Array, row: usize) -> Result<Value> {
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
        DataType::UInt64 => Value::integer(BigInt::from(column.as_primitive::<UInt64Type>().value(row))),
        DataType::Float32 => Value::Float(column.as_primitive::<Float32Type>().value(row).into()),
        DataType::Float64 => Value::Float(column.as_primitive::<Float64Type>().value(row)),
        // A hugeint, such as a sum, comes as a decimal of the greatest width without places.
        DataType::Decimal128(38, 0) => Value::integer(BigInt::from(column.as_primitive::<Decimal128Type>().value(row))),
        DataType::Decimal128(_, scale) => {
            Value::object(Decimal::scaled(column.as_primitive::<Decimal128Type>().value(row), *scale))
        }
        DataType::Utf8 => Value::str(column.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => Value::str(column.as_string::<i64>().value(row)),
        DataType::Utf8View => Value::str(column.as_string_view().value(row)),
        DataType::Binary => Value::bytes(column.as_binary::<i32>().value(row)),
        DataType::LargeBinary => Value::bytes(column.as_binary::<i64>().value(row)),
        DataType::BinaryView => Value::bytes(column.as_binary_view().value(row)),
        DataType::Date32 => match date(column.as_primitive::<Date32Type>(), row) {
            Some(date) => Value::object(Date(date)),
            None => Value::str(formatted(column, row)?),
        },
        DataType::Timestamp(unit, zone) => match instant(column, *unit, row) {
            Some(at) => moment(at, zone.as_deref())?,
            None => Value::str(formatted(column, row)?),
        },
        DataType::Time64(TimeUnit::Microsecond) => {
            time_of_day(column.as_primitive::<Time64MicrosecondType>().value_as_time(row))
        }
        DataType::Time64(_) => time_of_day(column.as_primitive::<Time64NanosecondType>().value_as_time(row)),
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            let interval = column.as_primitive::<IntervalMonthDayNanoType>().value(row);
            // As Python has no months, one is 30 days.
            let days = i64::from(interval.months) * 30 + i64::from(interval.days);
            let span = Span::from_chrono(TimeDelta::days(days) + TimeDelta::nanoseconds(interval.nanoseconds));
            Value::str(Value::object(span).to_string())
        }
        DataType::Dictionary(_, _) => {
            let dictionary = column.as_any_dictionary();
            cell(dictionary.values(), dictionary.normalized_keys()[row])?
        }
        DataType::Union(_, _) => {
            let held: ArrayRef = column.as_union().value(row);
            cell(&held, 0)?
        }
        DataType::List(_) => list(&column.as_list::<i32>().value(row))?,
        DataType::LargeList(_) => list(&column.as_list::<i64>().value(row))?,
        DataType::FixedSizeList(_, _) => list(&column.as_fixed_size_list().value(row))?,
        DataType::Struct(fields) => {
            let held = column.as_struct();
            let field = |(place, name): (usize, &String)| Ok((name.clone(), in_json(held.column(place), row)?));
            let names = fields.iter().map(|field| field.name());
            Value::dict(names.enumerate().map(field).collect::<Result<Vec<_>>>()?)
        }
        DataType::Map(_, _) => {
            let entries = column.as_map().value(row);
            let entry = |at: usize| {
                let key = match in_json(entries.column(0), at)? {
                    key @ (Value::List(_) | Value::Dict(_)) => Value::str(key.to_string()),
                    key => key,
                };
                Ok((key, in_json(entries.column(1), at)?))
            };
            operators::dict((0..entries.len()).map(entry).collect::<Result<Vec<_>>>()?)?
        }
        _ => Value::str(formatted(column, row)?),
    })
}

fn list(items: &dyn Array) -> Result<Value> {
    (0..items.len()).map(|at| in_json(items, at)).collect::<Result<Vec<_>>>().map(Value::list)
}

// What stands for a value within JSON: a decimal as a float, a date or a time in ISO 8601, bytes as Python writes them.
fn in_json(column: &dyn Array, row: usize) -> Result<Value> {
    Ok(match cell(column, row)? {
        bytes @ Value::Bytes(_) => Value::str(bytes.repr()),
        Value::Object(object) => {
            let iso = || {
                let text = object.display();
                if object.type_name() == "datetime" { text.replacen(' ', "T", 1) } else { text }
            };
            object.as_float().map_or_else(|| Value::str(iso()), Value::Float)
        }
        plain => plain,
    })
}

// What has no end in DuckDB is the last day or the first one in Python.
fn date(column: &arrow::array::Date32Array, row: usize) -> Option<NaiveDate> {
    match column.value(row) {
        i32::MAX => NaiveDate::from_ymd_opt(9999, 12, 31),
        // Minus infinity is minus the greatest number.
        days if days == -i32::MAX => NaiveDate::from_ymd_opt(1, 1, 1),
        _ => column.value_as_date(row),
    }
}

// In UTC when the column has a time zone. An instant beyond what a calendar holds is none.
fn instant(column: &dyn Array, unit: TimeUnit, row: usize) -> Option<NaiveDateTime> {
    let (ticks, at) = match unit {
        TimeUnit::Second => ticks_at(column.as_primitive::<TimestampSecondType>(), row),
        TimeUnit::Millisecond => ticks_at(column.as_primitive::<TimestampMillisecondType>(), row),
        TimeUnit::Microsecond => ticks_at(column.as_primitive::<TimestampMicrosecondType>(), row),
        TimeUnit::Nanosecond => ticks_at(column.as_primitive::<TimestampNanosecondType>(), row),
    };
    match ticks {
        i64::MAX => NaiveDate::from_ymd_opt(9999, 12, 31)?.and_hms_micro_opt(23, 59, 59, 999_999),
        ticks if ticks == -i64::MAX => NaiveDate::from_ymd_opt(1, 1, 1)?.and_hms_opt(0, 0, 0),
        _ => at,
    }
}

fn ticks_at<T: ArrowTimestampType>(column: &PrimitiveArray<T>, row: usize) -> (i64, Option<NaiveDateTime>) {
    (column.value(row), column.value_as_datetime(row))
}

fn moment(at: NaiveDateTime, zone: Option<&str>) -> Result<Value> {
    match zone.and_then(Zone::named) {
        Some(zone) => Ok(Value::object(zone.from_utc(at)?)),
        None => Ok(Value::object(Moment { at, zone: None })),
    }
}

// To the microsecond, which is as fine as Python's times are.
fn time_of_day(time: Option<NaiveTime>) -> Value {
    let Some(time) = time else { return Value::None };
    let is_whole = time.nanosecond() / 1000 == 0;
    Value::str(time.format(if is_whole { "%H:%M:%S" } else { "%H:%M:%S%.6f" }).to_string())
}

/// The number of a count or of another aggregate, whatever integer type the database chose for it.
pub(super) fn integer_at(column: &dyn Array, row: usize) -> Result<Option<i64>> {
    Ok(match value(column, row)? {
        Value::Object(object) => object.as_float().map(|number| number as i64),
        other => other.as_int(),
    })
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
