//! A record of a CSV file as an [`Item`]: an object of scalars.

use super::extract::files::csv::{Columns, Field, Record};
use super::item::{Elements, Entries, Item, Scratch, View};
use crate::error::Result;
use crate::schema::types::Scalar;

/// A whole record, or one field of it.
#[derive(Clone, Copy)]
pub struct CsvRow<'r> {
    columns: &'r Columns,
    record: Record<'r>,
    field: Option<usize>,
}

impl<'r> CsvRow<'r> {
    pub fn new(columns: &'r Columns, record: Record<'r>) -> Self {
        Self { columns, record, field: None }
    }
}

impl<'r> Item for CsvRow<'r> {
    type Object = CsvFields<'r>;
    type List = NoElements<'r>;

    fn view<'a>(&'a self, _scratch: &'a mut Scratch) -> Result<View<'a, Self>> {
        let Some(index) = self.field else {
            return Ok(View::Object(CsvFields { row: *self, next: 0 }));
        };
        Ok(match self.columns.field(self.record, index) {
            Field::Null => View::Null,
            Field::Integer(number) => View::Scalar(Scalar::Bigint(number)),
            Field::Float(number) => View::Scalar(Scalar::Double(number)),
            Field::Bool(flag) => View::Scalar(Scalar::Bool(flag)),
            Field::Text(text) => View::Scalar(Scalar::Text(text)),
        })
    }
}

pub struct CsvFields<'r> {
    row: CsvRow<'r>,
    next: usize,
}

impl<'r> Entries for CsvFields<'r> {
    type Key = &'r str;
    type Item = CsvRow<'r>;

    fn next_entry(&mut self) -> Result<Option<(&'r str, CsvRow<'r>)>> {
        let index = self.next;
        self.next += 1;
        Ok(self.row.columns.names.get(index).map(|name| (name.as_str(), CsvRow { field: Some(index), ..self.row })))
    }
}

/// CSV has no lists.
pub struct NoElements<'r>(std::marker::PhantomData<&'r ()>);

impl<'r> Elements for NoElements<'r> {
    type Item = CsvRow<'r>;

    fn next_element(&mut self) -> Result<Option<CsvRow<'r>>> {
        Ok(None)
    }
}
