//! A row of an Arrow batch as an [`Item`]: what pyarrow's `to_pylist` would make of it, without the dicts.
//!
//! The batch has the plain types of `extract/files/columnar.rs`.

use arrow::array::{
    Array, AsArray, BinaryArray, BooleanArray, Decimal128Array, Decimal256Array, ListArray, StringArray, StructArray,
};
use arrow::datatypes::{
    DataType, Date32Type, DurationNanosecondType, Float64Type, Int64Type, Time64MicrosecondType, TimeUnit,
    TimestampMicrosecondType, TimestampNanosecondType, UInt64Type,
};
use std::fmt::Write as _;

use super::item::{Elements, Entries, Item, Scratch, View};
use crate::error::{Error, Kind, Result};
use crate::schema::time::{Timestamp, iso_duration};
use crate::schema::types::Scalar;

/// One value of an array.
#[derive(Clone, Copy)]
pub struct ArrowItem<'b> {
    array: &'b dyn Array,
    row: usize,
}

impl<'b> ArrowItem<'b> {
    pub fn new(batch: &'b StructArray, row: usize) -> Self {
        Self { array: batch, row }
    }
}

impl<'b> Item for ArrowItem<'b> {
    type Object = ArrowFields<'b>;
    type List = ArrowElements<'b>;

    fn view<'a>(&'a self, scratch: &'a mut Scratch) -> Result<View<'a, Self>> {
        let Self { array, row } = *self;
        if array.is_null(row) || *array.data_type() == DataType::Null {
            return Ok(View::Null);
        }
        let scalar = match array.data_type() {
            DataType::Boolean => Scalar::Bool(of::<BooleanArray>(array)?.value(row)),
            DataType::Int64 => Scalar::Bigint(array.as_primitive::<Int64Type>().value(row)),
            DataType::UInt64 => {
                let number = array.as_primitive::<UInt64Type>().value(row);
                match i64::try_from(number) {
                    Ok(number) => Scalar::Bigint(number),
                    Err(_) => Scalar::BigInteger(written(scratch, &number)),
                }
            }
            DataType::Float64 => Scalar::Double(array.as_primitive::<Float64Type>().value(row)),
            DataType::Utf8 => Scalar::Text(of::<StringArray>(array)?.value(row)),
            DataType::Binary => Scalar::Binary(of::<BinaryArray>(array)?.value(row)),
            DataType::Decimal128(..) => {
                Scalar::Decimal(written(scratch, &of::<Decimal128Array>(array)?.value_as_string(row)))
            }
            DataType::Decimal256(..) => {
                Scalar::Decimal(written(scratch, &of::<Decimal256Array>(array)?.value_as_string(row)))
            }
            DataType::Timestamp(TimeUnit::Nanosecond, zone) => {
                let nanos = array.as_primitive::<TimestampNanosecondType>().value(row);
                Scalar::Timestamp(Timestamp {
                    micros: nanos.div_euclid(1000),
                    nanos: u16::try_from(nanos.rem_euclid(1000)).unwrap_or_default(),
                    offset: zone.as_ref().map(|_| 0),
                })
            }
            DataType::Timestamp(_, zone) => Scalar::Timestamp(Timestamp {
                micros: array.as_primitive::<TimestampMicrosecondType>().value(row),
                nanos: 0,
                offset: zone.as_ref().map(|_| 0),
            }),
            DataType::Date32 => Scalar::Date(array.as_primitive::<Date32Type>().value(row)),
            DataType::Time64(_) => Scalar::Time(array.as_primitive::<Time64MicrosecondType>().value(row)),
            DataType::Duration(_) => {
                let nanos = array.as_primitive::<DurationNanosecondType>().value(row);
                Scalar::Text(written(scratch, &iso_duration(i128::from(nanos))))
            }
            DataType::Struct(_) => {
                return Ok(View::Object(ArrowFields { array: of::<StructArray>(array)?, row, next: 0 }));
            }
            DataType::List(_) => {
                let list = of::<ListArray>(array)?;
                let (next, end) = (list.value_offsets()[row] as usize, list.value_offsets()[row + 1] as usize);
                return Ok(View::List(ArrowElements { values: list.values(), next, end }));
            }
            DataType::Map(..) => {
                let map = array.as_map();
                let (next, end) = (map.value_offsets()[row] as usize, map.value_offsets()[row + 1] as usize);
                return Ok(View::List(ArrowElements { values: map.entries(), next, end }));
            }
            other => {
                return Err(Error::new(
                    Kind::Data,
                    format!("a column has the Arrow type `{other}`, which no table has"),
                )
                .hint("leave the column out when the file is written, or write it as text"));
            }
        };
        Ok(View::Scalar(scalar))
    }
}

fn of<T: Array + 'static>(array: &dyn Array) -> Result<&T> {
    array.as_any().downcast_ref().ok_or_else(|| Error::internal("an Arrow array is not of the type that it tells"))
}

fn written<'s>(scratch: &'s mut Scratch, value: &dyn std::fmt::Display) -> &'s str {
    scratch.text.clear();
    write!(scratch.text, "{value}").expect("writing to a String does not fail");
    &scratch.text
}

/// The fields of a row, or of a struct in it.
pub struct ArrowFields<'b> {
    array: &'b StructArray,
    row: usize,
    next: usize,
}

impl<'b> Entries for ArrowFields<'b> {
    type Key = &'b str;
    type Item = ArrowItem<'b>;

    fn next_entry(&mut self) -> Result<Option<(&'b str, ArrowItem<'b>)>> {
        let Some(column) = self.array.columns().get(self.next) else { return Ok(None) };
        let name = self.array.fields()[self.next].name();
        self.next += 1;
        Ok(Some((name, ArrowItem { array: column.as_ref(), row: self.row })))
    }
}

/// The elements of a list.
pub struct ArrowElements<'b> {
    values: &'b dyn Array,
    next: usize,
    end: usize,
}

impl<'b> Elements for ArrowElements<'b> {
    type Item = ArrowItem<'b>;

    fn next_element(&mut self) -> Result<Option<ArrowItem<'b>>> {
        if self.next >= self.end {
            return Ok(None);
        }
        let row = self.next;
        self.next += 1;
        Ok(Some(ArrowItem { array: self.values, row }))
    }
}
