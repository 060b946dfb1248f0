//! The end of a row: its id, the columns of dlt's own, and what nested rows carry of it.

use super::ids::{RowId, digest};
use super::plan::NONE;
use super::put::owned_of;
use super::table::{IdKind, Owned, Pending, TableBuilder};
use super::write_json::{self, Form};
use super::{Flattener, OwnNames, error};
use crate::error::Result;
use crate::schema::types::Scalar;
use std::sync::Arc;

/// The row that a nested row belongs to.
#[derive(Clone)]
pub(super) struct Parent {
    pub(super) id: RowId,
    pub(super) index: i64,
    /// The column for the root's id, and the id.
    pub(super) root: Option<(Arc<str>, RowId)>,
    /// What the schema's `propagation` hands down besides.
    pub(super) handed: Handed,
    /// The root's mark, or 0.
    pub(super) mark: i64,
}

/// A row that is whole, as the rows nested in it see it.
pub(super) struct Closed {
    pub(super) id: RowId,
    pub(super) handed: Handed,
    pub(super) mark: i64,
}

pub(super) type Handed = Option<Arc<[(Arc<str>, Owned)]>>;

impl Flattener {
    pub(super) fn close_row(
        &mut self,
        table: u32,
        parent: Option<&Parent>,
        given: Option<RowId>,
        hash: Option<String>,
    ) -> Result<Option<Closed>> {
        for (name, value) in parent.and_then(|parent| parent.handed.as_deref()).into_iter().flatten() {
            let slot = self.tables[table as usize].by_name.get(name).copied().unwrap_or(NONE);
            self.put_own(table, slot, |_| name.clone(), &value.borrow())?;
        }
        if let Some((name, id)) = parent.and_then(|parent| parent.root.as_ref()) {
            let slot = self.tables[table as usize].own.root_id;
            self.put_own(table, slot, |_| name.clone(), &Scalar::Text(id.text()))?;
        }
        let is_root = self.tables[table as usize].is_root;
        if is_root {
            let slot = self.tables[table as usize].own.load_id;
            let load_id = std::mem::take(&mut self.load_id);
            let written = self.put_own(table, slot, |names| names.load_id.clone(), &Scalar::Text(&load_id));
            self.load_id = load_id;
            written?;
        }
        let id = match (given, parent) {
            (Some(id), parent) => {
                let builder = &self.tables[table as usize];
                let says_parent = builder.has_value(builder.own.parent_id, &self.own_names.parent_id);
                // Its neighbours in the list may have no id of their own, and then the table has these columns.
                if let Some(parent) = parent.filter(|_| !is_root && !says_parent) {
                    self.link(table, parent)?;
                }
                id
            }
            (None, Some(parent)) if !is_root => {
                let builder = &self.tables[table as usize];
                let (id, own) = (self.ids.nested(&parent.id, &builder.name, parent.index), builder.own);
                self.link(table, parent)?;
                self.put_own(table, own.id, |names| names.row_id.clone(), &Scalar::Text(id.text()))?;
                id
            }
            (None, _) => {
                let id = self.root_id(table, hash)?;
                let slot = self.tables[table as usize].own.id;
                self.put_own(table, slot, |names| names.row_id.clone(), &Scalar::Text(id.text()))?;
                id
            }
        };
        self.tables[table as usize].key_values.clear();
        if !self.settle(table)? {
            return Ok(None);
        }
        let handed = self.handed_down(table, parent);
        let mark = self.mark_of(table, parent, &id);
        let builder = &mut self.tables[table as usize];
        builder.mark_row(mark);
        builder.rows += 1;
        builder.total += 1;
        if builder.is_full() {
            let batch = builder.take(&self.schema)?;
            let name = builder.name.to_string();
            self.ready.extend(batch.map(|batch| (name, batch)));
        }
        Ok(Some(Closed { id, handed, mark }))
    }

    fn link(&mut self, table: u32, parent: &Parent) -> Result<()> {
        let own = self.tables[table as usize].own;
        self.put_own(table, own.parent_id, |names| names.parent_id.clone(), &Scalar::Text(parent.id.text()))?;
        self.put_own(table, own.list_index, |names| names.list_index.clone(), &Scalar::Bigint(parent.index))
    }

    // Another root row of this load may have the same id when the id is made of its key, or given. The id of a whole row says
    // that the rows nested in it are the same too.
    fn mark_of(&mut self, table: u32, parent: Option<&Parent>, id: &RowId) -> i64 {
        let builder = &self.tables[table as usize];
        match (parent, id) {
            (Some(parent), _) if !builder.is_root => parent.mark,
            (_, RowId::Content(_)) if builder.id_kind != IdKind::Row => self.ids.mark(),
            (_, RowId::Content(_) | RowId::Random(_)) => 0,
        }
    }

    // What the rows nested in the row under way carry of it and of its parents, as its columns hold it.
    fn handed_down(&self, table: u32, parent: Option<&Parent>) -> Handed {
        let builder = &self.tables[table as usize];
        let inherited = parent.and_then(|parent| parent.handed.clone());
        if builder.hands_down.is_empty() {
            return inherited;
        }
        let mut values = inherited.map(|values| values.to_vec()).unwrap_or_default();
        for (from, to) in &builder.hands_down {
            let column = builder.by_name.get(from).map(|slot| &builder.columns[*slot as usize]);
            let Some(column) = column.filter(|column| column.has_row(builder.rows)) else { continue };
            let Some(cell) = column.last() else { continue };
            values.retain(|(name, _)| name != to);
            values.push((to.clone(), owned_of(column.shape, cell)));
        }
        if values.is_empty() { None } else { Some(values.into()) }
    }

    fn root_id(&mut self, table: u32, hash: Option<String>) -> Result<RowId> {
        let builder = &mut self.tables[table as usize];
        match &builder.id_kind {
            IdKind::Random => Ok(self.ids.random()),
            IdKind::Row => Ok(hash.map_or_else(|| self.ids.random(), |hash| RowId::Content(hash.into()))),
            IdKind::Key(columns) => {
                if let Some(missing) =
                    columns.iter().find(|column| !builder.key_values.iter().any(|(name, _)| name == *column))
                {
                    return Err(error::missing_key(&builder.name, missing, builder.total));
                }
                builder.key_values.sort_by(|(a, _), (b, _)| a.cmp(b));
                let mut json = String::from("{");
                for (name, value) in &builder.key_values {
                    if json.len() > 1 {
                        json.push(',');
                    }
                    write_json::scalar(&Scalar::Text(name), Form::Column, &mut json);
                    json.push(':');
                    json.push_str(value);
                }
                json.push('}');
                Ok(RowId::Content(digest(json.as_bytes()).into()))
            }
        }
    }

    // A column of dlt's own takes the place of what an item brought under its name.
    #[inline]
    fn put_own(
        &mut self,
        table: u32,
        slot: u32,
        name: impl FnOnce(&OwnNames) -> Arc<str>,
        value: &Scalar<'_>,
    ) -> Result<()> {
        let builder = &mut self.tables[table as usize];
        if slot == NONE {
            let own =
                Pending { name: name(&self.own_names), value: Owned::of(value), data_type: None, is_variant: false };
            match builder.pending.iter_mut().find(|pending| pending.name == own.name) {
                Some(pending) => *pending = own,
                None => builder.pending.push(own),
            }
            return Ok(());
        }
        let row = builder.rows;
        builder.columns[slot as usize].truncate(row);
        self.put(table, slot, value)
    }
}

/// Keeps a part of the primary key for the id of the row under way.
pub(super) fn note_key(table: &mut TableBuilder, name: &Arc<str>, value: Option<&Scalar<'_>>) {
    let mut json = String::new();
    match value {
        Some(value) => write_json::scalar(value, Form::Hash, &mut json),
        None => json.push_str("null"),
    }
    table.key_values.retain(|(known, _)| known != name);
    table.key_values.push((name.clone(), json));
}
