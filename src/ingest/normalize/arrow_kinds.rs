//! What a column of an Arrow table is: its column type, and the one Arrow type that its kind has in a load.

use super::arrow_exact::{narrowed, unreadable};
use crate::error::{Error, Kind, Result};
use crate::schema::{Column, DataType};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::compute::kernels::cmp::distinct;
use arrow::datatypes::{
    DataType as ArrowType, Field, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt64Type,
};
use std::sync::Arc;

// The array as another type, if that changes no value.
pub(super) fn same_values(array: &ArrayRef, to: &ArrowType) -> Option<ArrayRef> {
    let is_text = |kind: &ArrowType| matches!(kind, ArrowType::Utf8 | ArrowType::Binary);
    // What is a text in one batch and a number in another is one or the other: nothing is guessed.
    if array.null_count() < array.len() && (is_text(to) || is_text(array.data_type())) {
        return None;
    }
    let converted = cast(array, to).ok().filter(|made| made.null_count() == array.null_count())?;
    let back = cast(&converted, array.data_type()).ok()?;
    let differs = distinct(&back, array).ok()?;
    (differs.true_count() == 0).then_some(converted)
}

// Narrower types become the one of their kind.
pub(super) fn like_before(
    table: &str,
    column: &str,
    array: &ArrayRef,
    from: &ArrowType,
    known: Option<&Column>,
) -> Result<ArrayRef> {
    let plain = match from {
        ArrowType::LargeUtf8 | ArrowType::Utf8View => Some(ArrowType::Utf8),
        ArrowType::LargeBinary | ArrowType::BinaryView => Some(ArrowType::Binary),
        ArrowType::Dictionary(_, values) => Some(values.as_ref().clone()),
        ArrowType::Decimal256(..) if narrowed(from) != *from => {
            let narrow = cast(array, &narrowed(from)).map_err(|error| unreadable(&error))?;
            if narrow.null_count() > array.null_count() {
                return Err(Error::new(
                    Kind::Data,
                    format!(
                        "table `{table}`, column `{column}`: a decimal has more digits than the 38 that a column holds"
                    ),
                )
                .hint("cast the column to text before the table is yielded"));
            }
            return Ok(narrow);
        }
        ArrowType::Float16 | ArrowType::Float32 => Some(ArrowType::Float64),
        ArrowType::UInt64 => {
            let most = arrow::compute::max(array.as_primitive::<UInt64Type>()).unwrap_or(0);
            if i64::try_from(most).is_err() {
                return Err(Error::new(
                    Kind::Data,
                    format!("table `{table}`, column `{column}`: {most} is too large for a column of type `bigint`"),
                )
                .hint("cast the column to `decimal128(20, 0)` before the table is yielded"));
            }
            Some(ArrowType::Int64)
        }
        _ if from.is_integer() => Some(ArrowType::Int64),
        ArrowType::Timestamp(unit, _) => {
            let keeps_naive = known.is_some_and(|column| column.timezone == Some(false));
            let unit =
                if *unit == TimeUnit::Nanosecond && keeps_naive { TimeUnit::Nanosecond } else { TimeUnit::Microsecond };
            return timestamps(array, unit, if keeps_naive { None } else { Some("UTC") });
        }
        _ => None,
    };
    match plain.filter(|plain| plain != from) {
        Some(plain) => cast(array, &plain).map_err(|error| unreadable(&error)),
        None => Ok(array.clone()),
    }
}

// The instants stay; only the unit and the name of the zone change, which needs no time zone database.
fn timestamps(array: &ArrayRef, unit: TimeUnit, zone: Option<&str>) -> Result<ArrayRef> {
    let unreadable = |error| Error::new(Kind::Data, format!("an Arrow column of timestamps cannot be read: {error}"));
    let ArrowType::Timestamp(from, _) = array.data_type() else { return Ok(array.clone()) };
    let naive = relabel(array, *from, None);
    let converted =
        if *from == unit { naive } else { cast(&naive, &ArrowType::Timestamp(unit, None)).map_err(unreadable)? };
    Ok(relabel(&converted, unit, zone))
}

// Whether a value lost digits on the way from nanoseconds.
pub(super) fn cuts_nanoseconds(from: &ArrayRef, to: &ArrayRef) -> bool {
    let is_nanos = |array: &ArrayRef| matches!(array.data_type(), ArrowType::Timestamp(TimeUnit::Nanosecond, _));
    is_nanos(from)
        && !is_nanos(to)
        && from.as_primitive::<TimestampNanosecondType>().iter().flatten().any(|nanos| nanos % 1000 != 0)
}

fn relabel(array: &ArrayRef, unit: TimeUnit, zone: Option<&str>) -> ArrayRef {
    match unit {
        TimeUnit::Second => Arc::new(array.as_primitive::<TimestampSecondType>().clone().with_timezone_opt(zone)),
        TimeUnit::Millisecond => {
            Arc::new(array.as_primitive::<TimestampMillisecondType>().clone().with_timezone_opt(zone))
        }
        TimeUnit::Microsecond => {
            Arc::new(array.as_primitive::<TimestampMicrosecondType>().clone().with_timezone_opt(zone))
        }
        TimeUnit::Nanosecond => {
            Arc::new(array.as_primitive::<TimestampNanosecondType>().clone().with_timezone_opt(zone))
        }
    }
}

pub(super) fn describe(table: &str, name: &str, field: &Field) -> Result<Column> {
    let mut column = Column::new(name, None);
    column.nullable = field.is_nullable();
    describe_type(field.data_type(), &mut column).ok_or_else(|| {
        Error::new(
            Kind::Data,
            format!("table `{table}`, column `{name}`: the Arrow type `{}` has no column type", field.data_type()),
        )
        .hint("cast the column to text, a number or a timestamp before the table is yielded")
    })?;
    Ok(column)
}

fn describe_type(arrow: &ArrowType, column: &mut Column) -> Option<()> {
    let data_type = match arrow {
        ArrowType::Utf8 | ArrowType::LargeUtf8 | ArrowType::Utf8View => DataType::Text,
        ArrowType::Float16 | ArrowType::Float32 | ArrowType::Float64 => DataType::Double,
        ArrowType::Boolean => DataType::Bool,
        ArrowType::Timestamp(unit, _) => {
            // Microseconds are the default; dlt holds nanoseconds back to them.
            column.precision = match unit {
                TimeUnit::Second => Some(0),
                TimeUnit::Millisecond => Some(3),
                TimeUnit::Microsecond | TimeUnit::Nanosecond => None,
            };
            DataType::Timestamp
        }
        ArrowType::Date32 | ArrowType::Date64 => DataType::Date,
        ArrowType::Time32(unit) | ArrowType::Time64(unit) => {
            column.precision = match unit {
                TimeUnit::Second => Some(0),
                TimeUnit::Millisecond => Some(3),
                TimeUnit::Microsecond | TimeUnit::Nanosecond => None,
            };
            DataType::Time
        }
        ArrowType::Int8 | ArrowType::UInt8 => {
            column.precision = Some(8);
            DataType::Bigint
        }
        ArrowType::Int16 | ArrowType::UInt16 => {
            column.precision = Some(16);
            DataType::Bigint
        }
        ArrowType::Int32 | ArrowType::UInt32 => {
            column.precision = Some(32);
            DataType::Bigint
        }
        ArrowType::Int64 | ArrowType::UInt64 => DataType::Bigint,
        ArrowType::FixedSizeBinary(width) => {
            column.precision = Some(i64::from(*width));
            DataType::Binary
        }
        ArrowType::Binary | ArrowType::LargeBinary | ArrowType::BinaryView => DataType::Binary,
        ArrowType::Decimal256(..) if narrowed(arrow) != *arrow => return describe_type(&narrowed(arrow), column),
        ArrowType::Decimal32(precision, scale)
        | ArrowType::Decimal64(precision, scale)
        | ArrowType::Decimal128(precision, scale)
        | ArrowType::Decimal256(precision, scale) => {
            column.precision = Some(i64::from(*precision));
            column.scale = Some(i64::from(*scale));
            DataType::Decimal
        }
        ArrowType::List(_)
        | ArrowType::LargeList(_)
        | ArrowType::FixedSizeList(_, _)
        | ArrowType::Struct(_)
        | ArrowType::Map(_, _)
        | ArrowType::ListView(_)
        | ArrowType::LargeListView(_) => DataType::Json,
        ArrowType::Dictionary(_, values) => return describe_type(values, column),
        ArrowType::Null
        | ArrowType::Interval(_)
        | ArrowType::Duration(_)
        | ArrowType::Union(_, _)
        | ArrowType::RunEndEncoded(_, _) => return None,
    };
    column.data_type = Some(data_type);
    Some(())
}
