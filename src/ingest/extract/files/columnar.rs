//! Files of columns: parquet and Arrow IPC, as batches of plain types.
//!
//! Only the pieces of the file that a batch needs are read. What Arrow can say in several ways (views, dictionaries, narrow
//! numbers, units of time) is said in one, so that whoever reads a batch has few types to know.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Fields, TimeUnit};
use arrow::error::ArrowError;
use arrow::ipc::reader::{FileReader, StreamReader};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

use super::blob::{Blob, BlobReader};
use super::open::{open, reading};
use super::{Compression, FileRequest, Format};
use crate::error::{Error, Kind, Place, Result};

const ROWS_PER_BATCH: usize = 8192;
const ARROW_FILE: &[u8] = b"ARROW1";

/// The rows of a file, in its order.
pub type Batches = Box<dyn Iterator<Item = Result<StructArray>> + Send>;

/// Opens a parquet or Arrow file; None when it is empty.
pub fn batches(request: &FileRequest) -> Result<Option<Batches>> {
    let path = request.path.clone();
    let source = Source::open(request)?;
    if source.len() == 0 {
        return Ok(None);
    }
    if request.format == Format::Parquet {
        let broken = move |error: &dyn std::fmt::Display| refused(&path, "parquet", error);
        let reader = ParquetRecordBatchReaderBuilder::try_new(source)
            .and_then(|builder| builder.with_batch_size(ROWS_PER_BATCH).build())
            .map_err(|error| broken(&error))?;
        return Ok(Some(Box::new(reader.map(move |batch| told(batch, &broken)))));
    }
    let broken = move |error: &dyn std::fmt::Display| refused(&path, "Arrow", error);
    let mut stream = BufReader::with_capacity(1 << 20, source.stream().map_err(|error| broken(&error))?);
    let mut first = Vec::new();
    let begun = (&mut stream).take(ARROW_FILE.len() as u64).read_to_end(&mut first);
    begun.and_then(|_| stream.seek(SeekFrom::Start(0))).map_err(|error| reading(&request.path, &error))?;
    Ok(Some(if first == ARROW_FILE {
        let reader = FileReader::try_new(stream, None).map_err(|error| broken(&error))?;
        Box::new(reader.map(move |batch| told(batch, &broken)))
    } else {
        let reader = StreamReader::try_new(stream, None).map_err(|error| broken(&error))?;
        Box::new(reader.map(move |batch| told(batch, &broken)))
    }))
}

fn refused(path: &Path, kind: &str, error: &dyn std::fmt::Display) -> Error {
    Error::new(Kind::Data, format!("`{}` cannot be read as {kind}: {error}", path.display()))
        .at(Place::file(path))
        .hint("is the file whole, and of that format? nothing of it was loaded")
}

fn told(
    batch: Result<RecordBatch, ArrowError>,
    broken: &impl Fn(&dyn std::fmt::Display) -> Error,
) -> Result<StructArray> {
    let batch = StructArray::from(batch.map_err(|error| broken(&error))?);
    let wanted = plain(batch.data_type());
    if *batch.data_type() == wanted {
        return Ok(batch);
    }
    let cast = cast(&batch, &wanted).map_err(|error| broken(&error))?;
    Ok(cast.as_any().downcast_ref::<StructArray>().expect("a struct is cast to a struct").clone())
}

// One type for all that say the same.
fn plain(kind: &DataType) -> DataType {
    use DataType as D;
    let field = |field: &Field| Arc::new(field.clone().with_data_type(plain(field.data_type())));
    match kind {
        D::Int8 | D::Int16 | D::Int32 | D::Int64 | D::UInt8 | D::UInt16 | D::UInt32 => D::Int64,
        D::Float16 | D::Float32 | D::Float64 => D::Float64,
        D::Utf8 | D::LargeUtf8 | D::Utf8View => D::Utf8,
        D::Binary | D::LargeBinary | D::BinaryView | D::FixedSizeBinary(_) => D::Binary,
        D::Timestamp(TimeUnit::Nanosecond, zone) => {
            D::Timestamp(TimeUnit::Nanosecond, zone.as_ref().map(|_| "UTC".into()))
        }
        D::Timestamp(_, zone) => D::Timestamp(TimeUnit::Microsecond, zone.as_ref().map(|_| "UTC".into())),
        D::Date32 | D::Date64 => D::Date32,
        D::Time32(_) | D::Time64(_) => D::Time64(TimeUnit::Microsecond),
        D::Duration(_) => D::Duration(TimeUnit::Nanosecond),
        D::Dictionary(_, value) => plain(value),
        D::RunEndEncoded(_, value) => plain(value.data_type()),
        D::List(of) | D::ListView(of) | D::FixedSizeList(of, _) | D::LargeList(of) | D::LargeListView(of) => {
            D::List(field(of))
        }
        D::Struct(fields) => D::Struct(fields.iter().map(|of| field(of)).collect::<Fields>()),
        D::Map(entries, sorted) => D::Map(field(entries), *sorted),
        D::Decimal32(precision, scale) | D::Decimal64(precision, scale) => D::Decimal128(*precision, *scale),
        other => other.clone(),
    }
}

// Where the bytes are: parquet wants to jump in them.
enum Source {
    File(File),
    Blob(Arc<dyn Blob>, u64),
}

impl Source {
    fn open(request: &FileRequest) -> Result<Self> {
        // A packed file cannot be jumped in, so it is unpacked into memory, up to the limit of a document.
        if matches!(request.compression, Compression::Gzip | Compression::Zstd) {
            let whole = super::lines::whole(&request.path, request.bytes()?, request.limits)?;
            let size = whole.len() as u64;
            return Ok(Self::Blob(Arc::new(Bytes::from(whole)), size));
        }
        match &request.blob {
            Some(blob) => Ok(Self::Blob(Arc::clone(blob), blob.size()?)),
            None => Ok(Self::File(open(&request.path)?)),
        }
    }

    fn stream(self) -> std::io::Result<Box<dyn ReadSeek>> {
        Ok(match self {
            Self::File(file) => Box::new(file),
            Self::Blob(blob, _) => Box::new(BlobReader::new(blob).map_err(std::io::Error::other)?),
        })
    }
}

trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

impl Length for Source {
    fn len(&self) -> u64 {
        match self {
            Self::File(file) => file.len(),
            Self::Blob(_, size) => *size,
        }
    }
}

impl ChunkReader for Source {
    type T = Box<dyn Read + Send>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        Ok(match self {
            Self::File(file) => Box::new(file.get_read(start)?),
            Self::Blob(blob, _) => Box::new(BlobReader::from(Arc::clone(blob), start).map_err(external)?),
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        match self {
            Self::File(file) => file.get_bytes(start, length),
            Self::Blob(blob, _) => {
                let bytes = blob.read_at(start, length).map_err(external)?;
                if bytes.len() == length {
                    Ok(bytes)
                } else {
                    Err(ParquetError::EOF(format!("{} of {length} bytes are there", bytes.len())))
                }
            }
        }
    }
}

fn external(error: Error) -> ParquetError {
    ParquetError::External(Box::new(error))
}
