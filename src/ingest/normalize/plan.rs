//! What is known of the keys of a dict at one place of an item, so that the usual row names nothing twice.
//!
//! A plan remembers its keys in the order in which they were met and expects the next row to bring them in
//! that order again: then a key costs one comparison, of pointers where the keys are interned.

use crate::error::Result;
use crate::ingest::item::Key;
use crate::schema::evolve::Mode;
use rustc_hash::FxHashMap;
use std::any::Any;
use std::sync::Arc;

/// No column, plan or table yet.
pub(super) const NONE: u32 = u32::MAX;

/// The keys of the dicts at one path of a table's rows.
pub(super) struct Plan {
    pub(super) table: u32,
    /// The names of the dicts on the way, from the row down.
    pub(super) path: Vec<Arc<str>>,
    /// How many levels below the row may still become tables.
    pub(super) row_level: i64,
    /// How many levels below this dict may still become columns.
    pub(super) level: i64,
    pub(super) fields: Vec<Field>,
    by_key: FxHashMap<Box<str>, u32>,
}

/// One key, and what becomes of its values.
pub(super) struct Field {
    key: Box<str>,
    token: usize,
    // Only held: it keeps the key object alive, so that no other object gets its token.
    keepalive: Option<Box<dyn Any + Send + Sync>>,
    adoptions: u8,
    /// The name of the key, and the name of the column with the path before it.
    pub(super) part: Arc<str>,
    pub(super) name: Arc<str>,
    pub(super) column: u32,
    /// The plan of the dicts under this key.
    pub(super) object: u32,
    /// The lists under this key.
    pub(super) list: u32,
    pub(super) stays_json: bool,
    pub(super) role: Role,
    /// What a contract says of the column.
    pub(super) discard: Option<Mode>,
    pub(super) null_noted: bool,
}

/// What a column is to the row, beyond a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Value,
    /// It names the row: an item may bring its own.
    RowId,
    /// A part of the primary key that ids are made of.
    Key,
}

/// The lists that one key brings: their rows' table, and the plans of their elements.
pub(super) struct ListPlan {
    pub(super) table: u32,
    /// The table whose rows have the lists.
    pub(super) parent: u32,
    /// The level of the rows that dicts and scalars of the list become.
    pub(super) row_level: i64,
    /// The plan of dicts in the list, and that of lists in the list.
    pub(super) dicts: u32,
    pub(super) lists: u32,
    /// The row whose list was met last, and where in the table the next one of the same row goes on.
    pub(super) last_row: u64,
    pub(super) next_index: i64,
}

impl Plan {
    pub(super) fn new(table: u32, path: Vec<Arc<str>>, row_level: i64, level: i64) -> Self {
        Self { table, path, row_level, level, fields: Vec::new(), by_key: FxHashMap::default() }
    }

    /// The field of a key that was met before. `cursor` is where the key is expected.
    #[inline]
    pub(super) fn find<K: Key>(&mut self, key: &K, cursor: &mut usize) -> Result<Option<u32>> {
        let token = key.token();
        if let Some(field) = self.fields.get(*cursor)
            && token != 0
            && field.token == token
        {
            let found = *cursor as u32;
            *cursor += 1;
            return Ok(Some(found));
        }
        let text = key.text()?;
        let found = match self.fields.get(*cursor) {
            Some(field) if *field.key == *text => Some(*cursor as u32),
            Some(_) | None => self.by_key.get(&*text).copied(),
        };
        if let Some(found) = found {
            *cursor = found as usize + 1;
            self.fields[found as usize].adopt(key, token);
        }
        Ok(found)
    }

    pub(super) fn insert<K: Key>(&mut self, key: &K, cursor: &mut usize, mut field: Field) -> Result<u32> {
        let text = key.text()?;
        field.key = text.as_ref().into();
        field.adopt(key, key.token());
        let at = self.fields.len() as u32;
        self.by_key.insert(field.key.clone(), at);
        self.fields.push(field);
        *cursor = at as usize + 1;
        Ok(at)
    }
}

impl Field {
    pub(super) fn new(part: Arc<str>, name: Arc<str>) -> Self {
        Self {
            key: "".into(),
            token: 0,
            keepalive: None,
            adoptions: 0,
            part,
            name,
            column: NONE,
            object: NONE,
            list: NONE,
            stays_json: false,
            role: Role::Value,
            discard: None,
            null_noted: false,
        }
    }

    // Keys made anew for every row would be kept for nothing, so a field changes its mind a few times only.
    fn adopt<K: Key>(&mut self, key: &K, token: usize) {
        const ADOPTIONS_MAX: u8 = 4;
        if token != 0 && self.adoptions < ADOPTIONS_MAX {
            self.adoptions += 1;
            self.keepalive = key.keep();
            self.token = if self.keepalive.is_some() { token } else { 0 };
        }
    }
}
