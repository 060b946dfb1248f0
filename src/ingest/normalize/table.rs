//! One table while its rows come in: its columns, the row under way, and what that row adds to the schema.

use super::column::{BYTES_MAX, ColumnBuilder};
use super::plan::NONE;
use crate::error::Result;
use crate::schema::evolve::{Contract, Mode};
use crate::schema::stock::ROW_MARK;
use crate::schema::time::Timestamp;
use crate::schema::types::{Scalar, Shape};
use crate::schema::{DataType, MergeStrategy, Schema, Table};
use arrow::array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType as ArrowType, Field, Schema as ArrowSchema};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

pub(super) struct TableBuilder {
    pub(super) name: Arc<str>,
    pub(super) parent: Option<Arc<str>>,
    /// The names on the way from the root table down to this one.
    pub(super) path: Vec<Arc<str>>,
    pub(super) is_root: bool,
    pub(super) id_kind: IdKind,
    /// The column that nested rows carry the root row's id in.
    pub(super) root_key: Option<Arc<str>>,
    /// Other columns whose values nested rows carry, and the names that they have there.
    pub(super) hands_down: Vec<(Arc<str>, Arc<str>)>,
    pub(super) contract: Contract,
    /// A contract keeps the whole table out.
    pub(super) is_discarded: bool,
    /// A filter leaves out all that it does not name: rows without any such value stay out.
    pub(super) is_filtered: bool,
    pub(super) discarded: FxHashMap<Arc<str>, Mode>,
    /// Rows since the last drain, and all of them.
    pub(super) rows: usize,
    pub(super) total: u64,
    pub(super) columns: Vec<ColumnBuilder>,
    pub(super) by_name: FxHashMap<Arc<str>, u32>,
    pub(super) own: OwnColumns,
    pub(super) key_values: Vec<(Arc<str>, String)>,
    pub(super) null_only: FxHashSet<Arc<str>>,
    /// The types of the first Arrow batch.
    pub(super) arrow_types: FxHashMap<Arc<str>, ArrowType>,
    /// Columns whose type hints name: what an Arrow column has in its place is cast.
    pub(super) hinted_types: FxHashSet<String>,
    pub(super) pending: Vec<Pending>,
    // One for each row since the last drain, or none at all while no row needs one.
    marks: Vec<i64>,
}

/// The slots of dlt's own columns.
#[derive(Clone, Copy)]
pub(super) struct OwnColumns {
    pub(super) load_id: u32,
    pub(super) id: u32,
    pub(super) parent_id: u32,
    pub(super) list_index: u32,
    pub(super) root_id: u32,
}

/// What the id of a root row is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum IdKind {
    Random,
    Key(Vec<Arc<str>>),
    Row,
}

/// A value that waits for the end of its row, because its column does not exist yet.
pub(super) struct Pending {
    pub(super) name: Arc<str>,
    pub(super) value: Owned,
    /// The type of a variant column that was decided already.
    pub(super) data_type: Option<DataType>,
    pub(super) is_variant: bool,
}

/// A [`Scalar`] that holds what it needs.
#[derive(Clone, Debug)]
pub(super) enum Owned {
    Bool(bool),
    Bigint(i64),
    BigInteger(String),
    Double(f64),
    Text(String),
    Json(String),
    Binary(Vec<u8>),
    HexBytes(Vec<u8>),
    Decimal(String),
    Wei(String),
    Timestamp(Timestamp),
    Date(i32),
    Time(i64),
}

impl Owned {
    pub(super) fn of(value: &Scalar<'_>) -> Self {
        match value {
            Scalar::Bool(flag) => Self::Bool(*flag),
            Scalar::Bigint(number) => Self::Bigint(*number),
            Scalar::BigInteger(digits) => Self::BigInteger((*digits).to_owned()),
            Scalar::Double(number) => Self::Double(*number),
            Scalar::Text(text) => Self::Text((*text).to_owned()),
            Scalar::Json(json) => Self::Json((*json).to_owned()),
            Scalar::Binary(bytes) => Self::Binary((*bytes).to_owned()),
            Scalar::HexBytes(bytes) => Self::HexBytes((*bytes).to_owned()),
            Scalar::Decimal(text) => Self::Decimal((*text).to_owned()),
            Scalar::Wei(text) => Self::Wei((*text).to_owned()),
            Scalar::Timestamp(timestamp) => Self::Timestamp(*timestamp),
            Scalar::Date(days) => Self::Date(*days),
            Scalar::Time(micros) => Self::Time(*micros),
        }
    }

    pub(super) fn borrow(&self) -> Scalar<'_> {
        match self {
            Self::Bool(flag) => Scalar::Bool(*flag),
            Self::Bigint(number) => Scalar::Bigint(*number),
            Self::BigInteger(digits) => Scalar::BigInteger(digits),
            Self::Double(number) => Scalar::Double(*number),
            Self::Text(text) => Scalar::Text(text),
            Self::Json(json) => Scalar::Json(json),
            Self::Binary(bytes) => Scalar::Binary(bytes),
            Self::HexBytes(bytes) => Scalar::HexBytes(bytes),
            Self::Decimal(text) => Scalar::Decimal(text),
            Self::Wei(text) => Scalar::Wei(text),
            Self::Timestamp(timestamp) => Scalar::Timestamp(*timestamp),
            Self::Date(days) => Scalar::Date(*days),
            Self::Time(micros) => Scalar::Time(*micros),
        }
    }
}

impl TableBuilder {
    pub(super) fn new(name: Arc<str>, parent: Option<Arc<str>>, path: Vec<Arc<str>>, schema: &Schema) -> Result<Self> {
        let mut table = Self {
            is_root: true,
            id_kind: IdKind::Random,
            root_key: None,
            hands_down: Vec::new(),
            contract: Contract::EVOLVE,
            is_discarded: false,
            is_filtered: false,
            discarded: FxHashMap::default(),
            rows: 0,
            total: 0,
            columns: Vec::new(),
            by_name: FxHashMap::default(),
            own: OwnColumns { load_id: NONE, id: NONE, parent_id: NONE, list_index: NONE, root_id: NONE },
            key_values: Vec::new(),
            null_only: FxHashSet::default(),
            arrow_types: FxHashMap::default(),
            hinted_types: FxHashSet::default(),
            pending: Vec::new(),
            marks: Vec::new(),
            name,
            parent,
            path,
        };
        table.refresh(schema)?;
        Ok(table)
    }

    /// Takes over what the schema says of the table now. Columns that it has stay where they are.
    pub(super) fn refresh(&mut self, schema: &Schema) -> Result<()> {
        let known = schema.tables.get(&*self.name);
        // A table that nobody declared is nested when it comes from a list.
        self.is_root = match known {
            Some(table) => table.parent.as_deref().is_none_or(str::is_empty),
            None => self.parent.is_none(),
        };
        // The nearest table that is known; between a list of lists and its root there may be none yet.
        let above = self.parent.as_ref().filter(|parent| schema.tables.contains_key(&***parent)).or(self.path.first());
        let contract_of = if known.is_some() { &self.name } else { above.unwrap_or(&self.name) };
        self.contract = schema.contract(contract_of)?;
        self.id_kind = known.map_or(IdKind::Random, |table| id_kind(schema, table));
        let id = schema.naming.identifier("_dlt_id");
        let propagated = schema.propagation(&self.name, self.is_root);
        let (ids, others): (Vec<_>, Vec<_>) = propagated.into_iter().partition(|(from, _)| *from == id);
        self.root_key = ids.into_iter().next().map(|(_, to)| to.into());
        self.hands_down = others.into_iter().map(|(from, to)| (from.into(), to.into())).collect();
        for column in known.into_iter().flat_map(Table::complete_columns) {
            let Some(shape) = Shape::of(column) else { continue };
            if !self.by_name.contains_key(column.name.as_str()) {
                self.add_column(column.name.as_str().into(), shape, column.nullable, schema);
            }
        }
        Ok(())
    }

    pub(super) fn add_column(&mut self, name: Arc<str>, shape: Shape, nullable: bool, schema: &Schema) -> u32 {
        let slot = self.columns.len() as u32;
        let own = &mut self.own;
        for (own_name, own_slot) in [
            ("_dlt_load_id", &mut own.load_id),
            ("_dlt_id", &mut own.id),
            ("_dlt_parent_id", &mut own.parent_id),
            ("_dlt_list_idx", &mut own.list_index),
            ("_dlt_root_id", &mut own.root_id),
        ] {
            if name.contains("dlt") && *schema.naming.identifier(own_name) == *name {
                *own_slot = slot;
            }
        }
        self.by_name.insert(name.clone(), slot);
        self.columns.push(ColumnBuilder::new(name, shape, nullable));
        slot
    }

    /// Takes back the row under way.
    pub(super) fn discard_row(&mut self) {
        let row = self.rows;
        for column in &mut self.columns {
            column.truncate(row);
        }
        self.pending.clear();
        self.key_values.clear();
    }

    /// Whether the row under way has a value in a column already: `slot`, or `name` where the table has no such column yet.
    pub(super) fn has_value(&self, slot: u32, name: &str) -> bool {
        match slot {
            NONE => self.pending.iter().any(|pending| &*pending.name == name),
            slot => self.columns[slot as usize].has_row(self.rows),
        }
    }

    /// Keeps the mark of the row under way; 0 is no mark.
    pub(super) fn mark_row(&mut self, mark: i64) {
        if mark != 0 || !self.marks.is_empty() {
            self.marks.resize(self.rows, 0);
            self.marks.push(mark);
        }
    }

    /// How many bytes of text and binary its columns hold.
    pub(super) fn byte_size(&self) -> usize {
        self.columns.iter().map(ColumnBuilder::byte_size).sum()
    }

    /// Whether a column holds so much text that its rows must leave now.
    pub(super) fn is_full(&self) -> bool {
        self.rows.is_multiple_of(1024) && self.columns.iter().any(|column| column.byte_size() > BYTES_MAX)
    }

    /// The rows so far as one batch with the schema's columns, in the schema's order.
    pub(super) fn take(&mut self, schema: &Schema) -> Result<Option<RecordBatch>> {
        let rows = std::mem::take(&mut self.rows);
        let Some(table) = schema.tables.get(&*self.name).filter(|_| rows > 0) else { return Ok(None) };
        let mut fields = Vec::with_capacity(table.columns.len());
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(table.columns.len());
        for column in table.complete_columns() {
            let Some(shape) = Shape::of(column) else { continue };
            let array = match self.by_name.get(column.name.as_str()) {
                Some(slot) => self.columns[*slot as usize].finish(rows)?,
                None => arrow::array::new_null_array(&super::column::arrow_type(shape), rows),
            };
            if !column.nullable && array.null_count() > 0 {
                return Err(super::error::missing_value(&self.name, &column.name, array.null_count()));
            }
            fields.push(Field::new(&column.name, array.data_type().clone(), column.nullable));
            arrays.push(array);
        }
        let marks = std::mem::take(&mut self.marks);
        if !marks.is_empty() {
            let marks = marks.into_iter().map(|mark| Some(mark).filter(|mark| *mark != 0));
            fields.push(Field::new(ROW_MARK, ArrowType::Int64, true));
            arrays.push(Arc::new(marks.collect::<Int64Array>()));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::new(ArrowSchema::new(fields)), arrays, &options);
        batch.map(Some).map_err(|error| {
            crate::error::Error::internal(format!("the rows of `{}` make no batch: {error}", self.name))
        })
    }
}

fn id_kind(schema: &Schema, table: &Table) -> IdKind {
    match schema.merge_strategy(&table.name) {
        Some(MergeStrategy::Upsert | MergeStrategy::InsertOnly | MergeStrategy::Cdc) => {
            IdKind::Key(table.columns_with("primary_key").map(Arc::from).collect())
        }
        Some(MergeStrategy::Scd2) => {
            let id = schema.naming.identifier("_dlt_id");
            if table.columns_with("x-row-version").next() == Some(id.as_str()) { IdKind::Row } else { IdKind::Random }
        }
        Some(MergeStrategy::DeleteInsert) | None => IdKind::Random,
    }
}
