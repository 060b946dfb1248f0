//! One column while its rows come in: plain vectors that become Arrow buffers without a copy.
//!
//! A column knows how many rows it holds and is filled up with nulls when a later row writes to it, so
//! that a row touches only the columns that it has values for.

use crate::error::{Error, Kind, Result};
use crate::schema::DataType;
use crate::schema::types::{Cell, Shape};
use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
    Time64MicrosecondArray, TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray,
    TimestampSecondArray, new_null_array,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType as ArrowType, TimeUnit};
use std::sync::Arc;

/// Bytes of text or binary in one column before its table must be taken out: Arrow counts them in 32 bits.
pub(super) const BYTES_MAX: usize = 1 << 30;

pub(super) struct ColumnBuilder {
    pub(super) name: Arc<str>,
    pub(super) shape: Shape,
    pub(super) nullable: bool,
    len: usize,
    values: Values,
    // One flag for each row; stays empty until the first null.
    validity: Vec<bool>,
    nulls: usize,
}

enum Values {
    Bool(Vec<bool>),
    Integer(Vec<i64>),
    Double(Vec<f64>),
    Date(Vec<i32>),
    Decimal(Vec<i128>),
    Text(Bytes),
    Binary(Bytes),
}

struct Bytes {
    offsets: Vec<i32>,
    data: Vec<u8>,
}

impl Bytes {
    fn new() -> Self {
        Self { offsets: vec![0], data: Vec::new() }
    }

    fn push(&mut self, bytes: &[u8]) {
        self.data.extend_from_slice(bytes);
        self.offsets.push(self.data.len() as i32);
    }

    fn truncate(&mut self, rows: usize) {
        self.offsets.truncate(rows + 1);
        self.data.truncate(self.offsets[rows] as usize);
    }

    fn last(&self) -> &[u8] {
        let rows = self.offsets.len() - 1;
        &self.data[self.offsets[rows - 1] as usize..self.offsets[rows] as usize]
    }
}

impl Values {
    fn new(data_type: DataType) -> Self {
        match data_type {
            DataType::Bool => Self::Bool(Vec::new()),
            DataType::Bigint | DataType::Timestamp | DataType::Time => Self::Integer(Vec::new()),
            DataType::Double => Self::Double(Vec::new()),
            DataType::Date => Self::Date(Vec::new()),
            DataType::Decimal | DataType::Wei => Self::Decimal(Vec::new()),
            DataType::Text | DataType::Json => Self::Text(Bytes::new()),
            DataType::Binary => Self::Binary(Bytes::new()),
        }
    }

    fn pad(&mut self, rows: usize) {
        match self {
            Self::Bool(values) => values.resize(rows, false),
            Self::Integer(values) => values.resize(rows, 0),
            Self::Double(values) => values.resize(rows, 0.0),
            Self::Date(values) => values.resize(rows, 0),
            Self::Decimal(values) => values.resize(rows, 0),
            Self::Text(bytes) | Self::Binary(bytes) => {
                let end = bytes.data.len() as i32;
                bytes.offsets.resize(rows + 1, end);
            }
        }
    }

    fn truncate(&mut self, rows: usize) {
        match self {
            Self::Bool(values) => values.truncate(rows),
            Self::Integer(values) => values.truncate(rows),
            Self::Double(values) => values.truncate(rows),
            Self::Date(values) => values.truncate(rows),
            Self::Decimal(values) => values.truncate(rows),
            Self::Text(bytes) | Self::Binary(bytes) => bytes.truncate(rows),
        }
    }
}

impl ColumnBuilder {
    pub(super) fn new(name: Arc<str>, shape: Shape, nullable: bool) -> Self {
        Self { name, shape, nullable, len: 0, values: Values::new(shape.data_type), validity: Vec::new(), nulls: 0 }
    }

    /// Whether this row has a value already: two keys of it have the same name.
    #[inline]
    pub(super) fn has_row(&self, row: usize) -> bool {
        self.len > row
    }

    #[inline]
    fn pad_to(&mut self, row: usize) {
        if self.len < row {
            let missing = row - self.len;
            if self.validity.is_empty() {
                self.validity.resize(self.len, true);
            }
            self.validity.resize(row, false);
            self.nulls += missing;
            self.values.pad(row);
            self.len = row;
        }
    }

    #[inline]
    fn pushed(&mut self) {
        self.len += 1;
        if !self.validity.is_empty() {
            self.validity.push(true);
        }
    }

    /// Text that goes into a text or JSON column as it is; false when the column is of another type.
    #[inline]
    pub(super) fn push_text(&mut self, row: usize, text: &str) -> bool {
        if !matches!(self.values, Values::Text(_)) {
            return false;
        }
        self.pad_to(row);
        if let Values::Text(bytes) = &mut self.values {
            bytes.push(text.as_bytes());
        }
        self.pushed();
        true
    }

    #[inline]
    pub(super) fn push_integer(&mut self, row: usize, number: i64) {
        self.pad_to(row);
        if let Values::Integer(values) = &mut self.values {
            values.push(number);
        }
        self.pushed();
    }

    #[inline]
    pub(super) fn push_double(&mut self, row: usize, number: f64) {
        self.pad_to(row);
        if let Values::Double(values) = &mut self.values {
            values.push(number);
        }
        self.pushed();
    }

    #[inline]
    pub(super) fn push_bool(&mut self, row: usize, flag: bool) {
        self.pad_to(row);
        if let Values::Bool(values) = &mut self.values {
            values.push(flag);
        }
        self.pushed();
    }

    /// A cell that was made for this column's shape.
    pub(super) fn push(&mut self, row: usize, cell: &Cell<'_>) {
        self.pad_to(row);
        match (&mut self.values, cell) {
            (Values::Bool(values), Cell::Bool(flag)) => values.push(*flag),
            (Values::Integer(values), Cell::Integer(number)) => values.push(*number),
            (Values::Double(values), Cell::Double(number)) => values.push(*number),
            (Values::Date(values), Cell::Date(days)) => values.push(*days),
            (Values::Decimal(values), Cell::Decimal(digits)) => values.push(*digits),
            (Values::Text(bytes), Cell::Text(text)) => bytes.push(text.as_bytes()),
            (Values::Binary(bytes), Cell::Binary(value)) => bytes.push(value),
            (
                values,
                Cell::Bool(_)
                | Cell::Integer(_)
                | Cell::Double(_)
                | Cell::Date(_)
                | Cell::Decimal(_)
                | Cell::Text(_)
                | Cell::Binary(_),
            ) => {
                debug_assert!(false, "a cell of another type than its column");
                values.pad(row + 1);
            }
        }
        self.pushed();
    }

    /// Takes back everything from this row on.
    pub(super) fn truncate(&mut self, row: usize) {
        if self.len <= row {
            return;
        }
        self.len = row;
        self.values.truncate(row);
        if !self.validity.is_empty() {
            self.validity.truncate(row);
            self.nulls = self.validity.iter().filter(|valid| !**valid).count();
        }
    }

    /// The last value, to keep it elsewhere when another takes its place.
    pub(super) fn last(&self) -> Option<Cell<'static>> {
        if self.len == 0 || self.validity.last() == Some(&false) {
            return None;
        }
        Some(match &self.values {
            Values::Bool(values) => Cell::Bool(*values.last()?),
            Values::Integer(values) => Cell::Integer(*values.last()?),
            Values::Double(values) => Cell::Double(*values.last()?),
            Values::Date(values) => Cell::Date(*values.last()?),
            Values::Decimal(values) => Cell::Decimal(*values.last()?),
            Values::Text(bytes) => Cell::Text(String::from_utf8_lossy(bytes.last()).into_owned().into()),
            Values::Binary(bytes) => Cell::Binary(bytes.last().to_vec().into()),
        })
    }

    /// How many bytes of text or binary it holds.
    #[inline]
    pub(super) fn byte_size(&self) -> usize {
        match &self.values {
            Values::Text(bytes) | Values::Binary(bytes) => bytes.data.len(),
            Values::Bool(_) | Values::Integer(_) | Values::Double(_) | Values::Date(_) | Values::Decimal(_) => 0,
        }
    }

    /// The rows as an Arrow array, filled up to `rows`; the builder is empty afterwards.
    pub(super) fn finish(&mut self, rows: usize) -> Result<ArrayRef> {
        if self.len == 0 && rows > 0 {
            return Ok(new_null_array(&arrow_type(self.shape), rows));
        }
        self.pad_to(rows);
        let nulls = if self.nulls == 0 {
            None
        } else {
            Some(NullBuffer::new(BooleanBuffer::from(std::mem::take(&mut self.validity))))
        };
        let values = std::mem::replace(&mut self.values, Values::new(self.shape.data_type));
        (self.len, self.nulls) = (0, 0);
        self.validity.clear();
        let shape = self.shape;
        Ok(match values {
            Values::Bool(values) => Arc::new(BooleanArray::new(BooleanBuffer::from(values), nulls)),
            Values::Double(values) => Arc::new(Float64Array::new(ScalarBuffer::from(values), nulls)),
            Values::Date(values) => Arc::new(Date32Array::new(ScalarBuffer::from(values), nulls)),
            Values::Decimal(values) => Arc::new(
                Decimal128Array::new(ScalarBuffer::from(values), nulls)
                    .with_precision_and_scale(shape.precision, shape.scale)
                    .map_err(|error| {
                        Error::new(Kind::Data, format!("column `{}` cannot be a decimal: {error}", self.name))
                    })?,
            ),
            Values::Text(bytes) => {
                // Text comes as `&str` only, so it is valid; Arrow checks it once more.
                let offsets = OffsetBuffer::new(ScalarBuffer::from(bytes.offsets));
                let array = StringArray::try_new(offsets, Buffer::from_vec(bytes.data), nulls);
                Arc::new(
                    array.map_err(|error| {
                        Error::internal(format!("column `{}` does not hold text: {error}", self.name))
                    })?,
                )
            }
            Values::Binary(bytes) => Arc::new(BinaryArray::new(
                OffsetBuffer::new(ScalarBuffer::from(bytes.offsets)),
                Buffer::from_vec(bytes.data),
                nulls,
            )),
            Values::Integer(values) => integers(shape, ScalarBuffer::from(values), nulls),
        })
    }
}

fn integers(shape: Shape, values: ScalarBuffer<i64>, nulls: Option<NullBuffer>) -> ArrayRef {
    let zone = shape.timezone.then_some("UTC");
    match shape.data_type {
        DataType::Time => Arc::new(Time64MicrosecondArray::new(values, nulls)),
        DataType::Timestamp => match shape.fraction {
            0 => Arc::new(TimestampSecondArray::new(values, nulls).with_timezone_opt(zone)),
            3 => Arc::new(TimestampMillisecondArray::new(values, nulls).with_timezone_opt(zone)),
            9 => Arc::new(TimestampNanosecondArray::new(values, nulls).with_timezone_opt(zone)),
            _ => Arc::new(TimestampMicrosecondArray::new(values, nulls).with_timezone_opt(zone)),
        },
        DataType::Bigint
        | DataType::Text
        | DataType::Double
        | DataType::Bool
        | DataType::Json
        | DataType::Binary
        | DataType::Decimal
        | DataType::Date
        | DataType::Wei => Arc::new(Int64Array::new(values, nulls)),
    }
}

/// The Arrow type of a column's values.
pub fn arrow_type(shape: Shape) -> ArrowType {
    match shape.data_type {
        DataType::Text | DataType::Json => ArrowType::Utf8,
        DataType::Double => ArrowType::Float64,
        DataType::Bool => ArrowType::Boolean,
        DataType::Bigint => ArrowType::Int64,
        DataType::Binary => ArrowType::Binary,
        DataType::Decimal | DataType::Wei => ArrowType::Decimal128(shape.precision, shape.scale),
        DataType::Date => ArrowType::Date32,
        DataType::Time => ArrowType::Time64(TimeUnit::Microsecond),
        DataType::Timestamp => {
            let unit = match shape.fraction {
                0 => TimeUnit::Second,
                3 => TimeUnit::Millisecond,
                9 => TimeUnit::Nanosecond,
                _ => TimeUnit::Microsecond,
            };
            ArrowType::Timestamp(unit, shape.timezone.then(|| "UTC".into()))
        }
    }
}
