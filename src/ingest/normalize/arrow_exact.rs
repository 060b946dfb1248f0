//! What the type of a column would alter of an Arrow column stays in a variant column beside it, as with items.
//!
//! Whole arrays are looked through, so that a table without such values costs one pass over the columns that may have them.

use crate::error::{Error, Kind, Result};
use crate::schema::{Column, DataType};
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array, StringArray};
use arrow::compute::kernels::cmp::not_distinct;
use arrow::compute::{cast, is_null, nullif};
use arrow::datatypes::{
    DataType as ArrowType, Decimal256Type, Float64Type, TimeUnit, TimestampNanosecondType, UInt64Type,
};
use std::sync::Arc;

/// The most digits that a decimal of the destination has.
const DIGITS_MAX: u8 = 38;

/// A column in two parts.
pub(super) struct Parted {
    /// What its type holds, altered or left out where it cannot.
    pub(super) rest: ArrayRef,
    /// The exact values of the rows that it would alter, and nulls.
    pub(super) exact: ArrayRef,
    pub(super) data_type: DataType,
    /// How many rows those are.
    pub(super) count: usize,
}

/// Parts an Arrow column; `None` when its type holds all of it as it is. Texts in a column of integers become integers.
pub(super) fn part(table: &str, array: &ArrayRef, column: &Column) -> Result<Option<Parted>> {
    let found = match array.data_type() {
        ArrowType::UInt64 => large_integers(array),
        ArrowType::Timestamp(TimeUnit::Nanosecond, _) if column.timezone != Some(false) => nanoseconds(array)?,
        ArrowType::Decimal256(precision, scale) if *precision > DIGITS_MAX => wide_decimals(array, *scale)?,
        ArrowType::Utf8 if column.data_type == Some(DataType::Bigint) => Some(written_integers(array)),
        from => match as_held(from, column) {
            Some((own, held)) => other_values(array, own, &held)?,
            None => None,
        },
    };
    if found.as_ref().is_some_and(|parted| parted.count > 0) && !column.nullable {
        // What would be left out cannot be, so the load tells the row.
        return Err(Error::new(
            Kind::Data,
            format!(
                "table `{table}`, column `{}`: its type cannot hold all of its values, and it is not nullable",
                column.name
            ),
        )
        .hint("cast the column to text before the table is yielded"));
    }
    Ok(found)
}

/// The Arrow type of a decimal that the destination has.
pub(super) fn narrowed(arrow: &ArrowType) -> ArrowType {
    match arrow {
        ArrowType::Decimal256(precision, scale) if *precision > DIGITS_MAX => {
            ArrowType::Decimal128(DIGITS_MAX, *scale.min(&i8::try_from(DIGITS_MAX).unwrap_or(i8::MAX)))
        }
        other => other.clone(),
    }
}

// Beyond 63 bits: in a column of integers as wide as it takes.
fn large_integers(array: &ArrayRef) -> Option<Parted> {
    let numbers = array.as_primitive::<UInt64Type>();
    let count = numbers.iter().flatten().filter(|number| i64::try_from(*number).is_err()).count();
    if count == 0 {
        return None;
    }
    let rest: Int64Array = numbers.iter().map(|number| number.and_then(|n| i64::try_from(n).ok())).collect();
    let exact: Decimal128Array = numbers
        .iter()
        .map(|number| number.filter(|n| i64::try_from(*n).is_err()).map(i128::from))
        .collect::<Decimal128Array>()
        .with_precision_and_scale(DIGITS_MAX, 0)
        .ok()?;
    Some(Parted { rest: Arc::new(rest), exact: Arc::new(exact), data_type: DataType::Wei, count })
}

// The column has microseconds, the variant the whole text.
fn nanoseconds(array: &ArrayRef) -> Result<Option<Parted>> {
    let instants = array.as_primitive::<TimestampNanosecondType>();
    let is_held: BooleanArray = instants.iter().map(|nanos| Some(nanos.is_none_or(|n| n % 1000 == 0))).collect();
    let count = is_held.false_count();
    if count == 0 {
        return Ok(None);
    }
    let ArrowType::Timestamp(_, zone) = array.data_type() else { return Ok(None) };
    // The instant is the same in all zones; UTC needs no database of them.
    let labelled = instants.clone().with_timezone_opt(zone.as_ref().map(|_| "UTC"));
    let texts = cast(&labelled, &ArrowType::Utf8).map_err(|error| unreadable(&error))?;
    let exact = nullif(&texts, &is_held).map_err(|error| unreadable(&error))?;
    Ok(Some(Parted { rest: array.clone(), exact, data_type: DataType::Text, count }))
}

fn wide_decimals(array: &ArrayRef, scale: i8) -> Result<Option<Parted>> {
    let rest = cast(array, &narrowed(array.data_type())).map_err(|error| unreadable(&error))?;
    let wide = array.as_primitive::<Decimal256Type>();
    // What does not fit becomes null; a scale that is cut is altered wherever it cut something.
    let cuts = scale > i8::try_from(DIGITS_MAX).unwrap_or(i8::MAX);
    let back = if cuts { Some(cast(&rest, array.data_type()).map_err(|error| unreadable(&error))?) } else { None };
    let is_altered = |row: usize| {
        wide.is_valid(row)
            && (rest.is_null(row)
                || back
                    .as_ref()
                    .is_some_and(|back| back.as_primitive::<Decimal256Type>().value(row) != wide.value(row)))
    };
    let exact: StringArray = (0..wide.len()).map(|row| is_altered(row).then(|| wide.value_as_string(row))).collect();
    let count = exact.len() - exact.null_count();
    if count == 0 {
        return Ok(None);
    }
    Ok(Some(Parted { rest, exact: Arc::new(exact), data_type: DataType::Text, count }))
}

// Of a column whose type in the table is another one: what its own type is, and the Arrow type of the table's. Numbers and
// times alone can be cast and yet change; what a text or a list becomes, the load tells.
fn as_held(from: &ArrowType, column: &Column) -> Option<(DataType, ArrowType)> {
    let own = match from {
        ArrowType::Decimal128(..) => DataType::Decimal,
        ArrowType::Timestamp(..) => DataType::Timestamp,
        _ if from.is_floating() => DataType::Double,
        _ if from.is_integer() => DataType::Bigint,
        _ => return None,
    };
    let is_time = own == DataType::Timestamp;
    // Decimals differ by their digits too.
    let held = match column.data_type.filter(|held| *held != own || own == DataType::Decimal)? {
        DataType::Bigint if !is_time => ArrowType::Int64,
        DataType::Double if !is_time => ArrowType::Float64,
        DataType::Bool if !is_time => ArrowType::Boolean,
        DataType::Decimal if !is_time => {
            let digits = |stated: Option<i64>| stated.and_then(|digits| i8::try_from(digits).ok());
            let scale = digits(column.scale).unwrap_or(9);
            let precision = digits(column.precision).and_then(|digits| u8::try_from(digits).ok());
            ArrowType::Decimal128(precision.unwrap_or(DIGITS_MAX).min(DIGITS_MAX), scale)
        }
        DataType::Date if is_time => ArrowType::Date32,
        DataType::Time if is_time => ArrowType::Time64(TimeUnit::Microsecond),
        _ => return None,
    };
    (held != *from).then_some((own, held))
}

// Numbers of another kind than the table's column: 1.5 among integers, 3 among booleans, a time of day among dates. The
// column has what the destination makes of them, and nothing where it can make nothing of one.
fn other_values(array: &ArrayRef, own: DataType, held: &ArrowType) -> Result<Option<Parted>> {
    let Ok(converted) = cast(array, held) else { return Ok(None) };
    let Ok(back) = cast(&converted, array.data_type()) else { return Ok(None) };
    let is_same = not_distinct(&back, array).map_err(|error| unreadable(&error))?;
    let count = is_same.false_count();
    if count == 0 {
        return Ok(None);
    }
    let is_lost = is_null(&converted).map_err(|error| unreadable(&error))?;
    let rest = nullif(array, &is_lost).map_err(|error| unreadable(&error))?;
    let exact = nullif(array, &is_same).map_err(|error| unreadable(&error))?;
    Ok(Some(Parted { rest, exact, data_type: own, count }))
}

/// Whether NaN or an infinite number is among the numbers.
pub(super) fn has_unbounded(array: &ArrayRef) -> bool {
    array.as_primitive_opt::<Float64Type>().is_some_and(|numbers| numbers.iter().flatten().any(|n| !n.is_finite()))
}

// Texts in a column of integers: `007` is 7 and something else, `x` is no number at all.
fn written_integers(array: &ArrayRef) -> Parted {
    let texts = array.as_string::<i32>();
    let number = |text: &str| text.trim().parse::<i64>().ok();
    let is_number = |text: &&str| number(text).is_some_and(|n| n.to_string() == *text);
    let count = texts.iter().flatten().filter(|text| !is_number(text)).count();
    let rest: Int64Array = texts.iter().map(|text| text.and_then(number)).collect();
    let exact: StringArray = texts.iter().map(|text| text.filter(|text| !is_number(text))).collect();
    Parted { rest: Arc::new(rest), exact: Arc::new(exact), data_type: DataType::Text, count }
}

pub(super) fn unreadable(error: &dyn std::fmt::Display) -> Error {
    Error::new(Kind::Data, format!("an Arrow column cannot be read: {error}"))
}
