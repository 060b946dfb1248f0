//! From one item to its rows: dicts become columns, lists become rows of nested tables.
//!
//! Nothing here recurs: dicts that wait stand on one stack and lists on another, so depth is no danger.
//! The order is dlt's: the values of a dict first, then the dicts in it, the last one first.

use super::Flattener;
use super::close::{Closed, Parent, note_key};
use super::error;
use super::ids::{RowId, digest};
use super::plan::{Field, ListPlan, NONE, Plan, Role};
use super::table::{IdKind, Owned, Pending, TableBuilder};
use super::write_json::{self, Form, Lost};
use crate::error::Result;
use crate::ingest::item::{Elements, Entries, Item, Key, Scratch, View};
use crate::schema::DataType;
use crate::schema::evolve::Mode;
use crate::schema::types::Scalar;
use std::sync::Arc;

/// What still waits while an item is walked.
struct Work<I: Item> {
    objects: Vec<(I::Object, u32)>,
    /// Lists of the row under way.
    lists: Vec<Brought<I>>,
    cursors: Vec<Cursor<I>>,
}

/// A list that waits for the end of its row.
struct Brought<I: Item> {
    list: u32,
    /// The plan and the field of its key.
    at: (u32, u32),
    elements: I::List,
    /// The rows of an earlier list of this row go on.
    goes_on: bool,
}

struct Cursor<I: Item> {
    list: u32,
    elements: I::List,
    goes_on: bool,
    parent: Parent,
}

/// What a row is made of.
enum Source<I: Item> {
    Object(I::Object),
    /// A value that stands under a key of ours: `value`, or `list` for a list in a list.
    Under(&'static str, I),
}

#[derive(Default)]
struct Row {
    given_id: Option<RowId>,
    is_discarded: bool,
    has_values: bool,
}

impl Flattener {
    pub(super) fn add<I: Item>(&mut self, plan: u32, item: &I) -> Result<()> {
        let mut scratch = std::mem::take(&mut self.scratch);
        let result = self.item(plan, item, &mut scratch);
        self.scratch = scratch;
        if result.is_err() {
            for table in &mut self.tables {
                table.discard_row();
            }
        }
        result
    }

    fn item<I: Item>(&mut self, plan: u32, item: &I, scratch: &mut Scratch) -> Result<()> {
        let table = self.plans[plan as usize].table as usize;
        let hash = if self.tables[table].id_kind == IdKind::Row { Some(row_hash(item)?) } else { None };
        let source = match item.view(scratch)? {
            View::Object(entries) => Source::Object(entries),
            View::Null | View::Scalar(_) | View::List(_) => Source::Under("value", item.clone()),
        };
        let mut work = Work::<I> { objects: Vec::new(), lists: Vec::new(), cursors: Vec::new() };
        self.row(plan, source, None, hash, &mut work, scratch)?;
        while let Some(cursor) = work.cursors.last_mut() {
            let Some(element) = cursor.elements.next_element()? else {
                self.lists[cursor.list as usize].next_index = cursor.parent.index;
                work.cursors.pop();
                continue;
            };
            let list = cursor.list;
            if std::mem::take(&mut cursor.goes_on) {
                cursor.parent.index = self.lists[list as usize].next_index;
            }
            let parent = cursor.parent.clone();
            cursor.parent.index += 1;
            self.element(list, element, &parent, &mut work, scratch)?;
        }
        Ok(())
    }

    fn element<I: Item>(
        &mut self,
        list: u32,
        element: I,
        parent: &Parent,
        work: &mut Work<I>,
        scratch: &mut Scratch,
    ) -> Result<()> {
        match element.view(scratch)? {
            View::Object(entries) => {
                let plan = self.list_rows(list, 0)?;
                self.row(plan, Source::Object(entries), Some(parent), None, work, scratch)
            }
            View::List(_) => {
                let plan = self.list_rows(list, 1)?;
                self.row(plan, Source::Under("list", element), Some(parent), None, work, scratch)
            }
            View::Null | View::Scalar(_) => {
                let plan = self.list_rows(list, 0)?;
                self.row(plan, Source::Under("value", element), Some(parent), None, work, scratch)
            }
        }
    }

    // The plan of a list's rows; a list in a list is one level deeper, because it stands in a row of its own.
    fn list_rows(&mut self, list: u32, deeper: i64) -> Result<u32> {
        let known = &self.lists[list as usize];
        let known_plan = if deeper == 0 { known.dicts } else { known.lists };
        if known_plan != NONE {
            return Ok(known_plan);
        }
        let (table, row_level) = (known.table, known.row_level);
        self.settle_parent(table, known.parent)?;
        let plan = self.row_plan(table, row_level - deeper);
        let known = &mut self.lists[list as usize];
        if deeper == 0 {
            known.dicts = plan;
        } else {
            known.lists = plan;
        }
        Ok(plan)
    }

    // Lists of several tables may share a name. The parent is the table whose list brings the first row, as in dlt;
    // an empty list may have been met before that.
    fn settle_parent(&mut self, table: u32, parent: u32) -> Result<()> {
        let parent = self.tables[parent as usize].name.clone();
        let builder = &mut self.tables[table as usize];
        let has_rows = builder.total > 0 || builder.rows > 0;
        if has_rows || builder.parent.as_ref() == Some(&parent) || self.schema.tables.contains_key(&*builder.name) {
            return Ok(());
        }
        builder.parent = Some(parent);
        builder.refresh(&self.schema)
    }

    pub(super) fn row_plan(&mut self, table: u32, level: i64) -> u32 {
        if let Some(plan) = self.row_plans.get(&(table, level)) {
            return *plan;
        }
        let plan = self.plans.len() as u32;
        self.plans.push(Plan::new(table, Vec::new(), level, level));
        self.row_plans.insert((table, level), plan);
        plan
    }

    fn row<I: Item>(
        &mut self,
        plan: u32,
        source: Source<I>,
        parent: Option<&Parent>,
        hash: Option<String>,
        work: &mut Work<I>,
        scratch: &mut Scratch,
    ) -> Result<()> {
        let table = self.plans[plan as usize].table;
        if self.tables[table as usize].is_discarded {
            return Ok(());
        }
        self.serial += 1;
        let mut row = Row::default();
        match source {
            Source::Object(entries) => {
                work.objects.push((entries, plan));
                while let Some((mut entries, plan)) = work.objects.pop() {
                    let mut cursor = 0;
                    while let Some((key, value)) = entries.next_entry()? {
                        self.entry(plan, &key, &mut cursor, value, &mut row, work, scratch)?;
                    }
                }
            }
            Source::Under(key, value) => self.entry(plan, &key, &mut 0, value, &mut row, work, scratch)?,
        }
        row.is_discarded |= self.tables[table as usize].is_filtered && !row.has_values;
        let closed = if row.is_discarded { None } else { self.close_row(table, parent, row.given_id, hash)? };
        let Some(Closed { id, handed, mark }) = closed else {
            self.tables[table as usize].discard_row();
            work.lists.clear();
            return Ok(());
        };
        if work.lists.is_empty() {
            return Ok(());
        }
        let own_root = self.tables[table as usize].root_key.clone().map(|name| (name, id.clone()));
        let root = own_root.or_else(|| parent.and_then(|parent| parent.root.clone()));
        // The first list goes on top of the stack.
        while let Some(Brought { list, elements, goes_on, .. }) = work.lists.pop() {
            work.cursors.push(Cursor {
                list,
                elements,
                goes_on,
                parent: Parent { id: id.clone(), index: 0, root: root.clone(), handed: handed.clone(), mark },
            });
        }
        Ok(())
    }

    #[inline]
    #[expect(
        clippy::too_many_arguments,
        reason = "the innermost step: everything it needs is at hand and nothing is gathered for each key"
    )]
    fn entry<I: Item, K: Key>(
        &mut self,
        plan_index: u32,
        key: &K,
        cursor: &mut usize,
        value: I,
        row: &mut Row,
        work: &mut Work<I>,
        scratch: &mut Scratch,
    ) -> Result<()> {
        let found = match self.plans[plan_index as usize].find(key, cursor) {
            Ok(Some(found)) => found,
            Ok(None) => self.new_field(plan_index, key, cursor)?,
            Err(error) => return Err(self.at_key(plan_index, error)),
        };
        let plan = &self.plans[plan_index as usize];
        let (table, field) = (plan.table, &plan.fields[found as usize]);
        let (column, stays_json) = (field.column, field.stays_json);
        match value.view(scratch).map_err(|error| self.at_field(plan_index, found, error))? {
            View::Object(entries) if !stays_json && !self.is_json(table, column) => {
                let plan = self.object_plan(plan_index, found);
                work.objects.push((entries, plan));
                Ok(())
            }
            View::List(elements) if !stays_json && !self.is_json(table, column) => {
                let list = self.list_plan(plan_index, found)?;
                let is_second = self.is_second(list);
                let at = (plan_index, found);
                if is_second && self.options.lossy_as_dlt {
                    let known =
                        work.lists.iter_mut().find(|known| known.list == list && self.is_same_path(known.at, at));
                    if let Some(known) = known {
                        known.elements = elements;
                        return Ok(());
                    }
                }
                let goes_on = is_second && !self.options.lossy_as_dlt;
                if goes_on {
                    self.warn_of_second(list);
                }
                work.lists.push(Brought { list, at, elements, goes_on });
                Ok(())
            }
            View::Object(_) | View::List(_) => {
                let mut json = std::mem::take(&mut self.json);
                json.clear();
                let written = write_json::write(&value, Form::Column, &mut json)
                    .map_err(|error| self.at_field(plan_index, found, error));
                if matches!(written, Ok(Lost::Number)) && !self.options.lossy_as_dlt {
                    let of = &self.plans[plan_index as usize];
                    let (table, name) =
                        (self.tables[of.table as usize].name.clone(), of.fields[found as usize].name.clone());
                    self.warn(&table, &name, "NaN or infinite numbers within JSON are null, because JSON has none");
                }
                let result = written.and_then(|_| self.value(plan_index, found, &Scalar::Json(&json), row));
                self.json = json;
                result
            }
            View::Null => self.null(plan_index, found, row),
            View::Scalar(scalar) => self.value(plan_index, found, &scalar, row),
        }
    }

    fn is_json(&self, table: u32, column: u32) -> bool {
        column != NONE && self.tables[table as usize].columns[column as usize].shape.data_type == DataType::Json
    }

    // A key that has no name cannot be named.
    fn at_key(&self, plan: u32, error: crate::error::Error) -> crate::error::Error {
        let table = &self.tables[self.plans[plan as usize].table as usize];
        let place = format!("table `{}`, row {}, the name of a key", table.name, table.total + 1);
        let mut named = crate::error::Error::new(error.kind(), format!("{place}: {}", error.message()));
        if let Some(hint) = error.hint_text() {
            named = named.hint(hint);
        }
        named
    }

    fn at_field(&self, plan: u32, field: u32, error: crate::error::Error) -> crate::error::Error {
        let plan = &self.plans[plan as usize];
        let table = &self.tables[plan.table as usize];
        let place = error::place(&table.name, &plan.fields[field as usize].name, table.total);
        let mut named = crate::error::Error::new(error.kind(), format!("{place}: {}", error.message()));
        if let Some(hint) = error.hint_text() {
            named = named.hint(hint);
        }
        named
    }

    #[inline]
    fn value(&mut self, plan: u32, field: u32, value: &Scalar<'_>, row: &mut Row) -> Result<()> {
        let plan = &mut self.plans[plan as usize];
        let (table, field) = (plan.table, &mut plan.fields[field as usize]);
        if let Some(mode) = field.discard {
            row.is_discarded |= mode == Mode::DiscardRow;
            return Ok(());
        }
        row.has_values = true;
        match field.role {
            Role::Value => {}
            Role::RowId => {
                let text = value.text();
                if !text.is_empty() && !matches!(value, Scalar::Bool(false) | Scalar::Bigint(0)) {
                    row.given_id = Some(RowId::Content(text.as_ref().into()));
                }
            }
            Role::Key => note_key(&mut self.tables[table as usize], &field.name, Some(value)),
        }
        if field.column == NONE {
            // Another key may have made the column meanwhile.
            if let Some(column) = self.tables[table as usize].by_name.get(&field.name) {
                field.column = *column;
            } else {
                let pending =
                    Pending { name: field.name.clone(), value: Owned::of(value), data_type: None, is_variant: false };
                self.tables[table as usize].pending.push(pending);
                return Ok(());
            }
        }
        let column = field.column;
        self.put(table, column, value)
    }

    fn null(&mut self, plan: u32, field: u32, row: &mut Row) -> Result<()> {
        let plan = &mut self.plans[plan as usize];
        let field = &mut plan.fields[field as usize];
        let table = &mut self.tables[plan.table as usize];
        if let Some(mode) = field.discard {
            row.is_discarded |= mode == Mode::DiscardRow;
            return Ok(());
        }
        row.has_values = true;
        if field.role == Role::Key {
            note_key(table, &field.name, None);
        }
        if field.column == NONE {
            field.column = table.by_name.get(&field.name).copied().unwrap_or(NONE);
        }
        if field.column != NONE {
            let own = table.own;
            let is_own = [own.load_id, own.id, own.parent_id, own.list_index, own.root_id].contains(&field.column);
            if !is_own && !table.columns[field.column as usize].nullable {
                return Err(error::null_in_required(&table.name, &field.name, table.total));
            }
        } else if !field.null_noted {
            field.null_noted = true;
            table.null_only.insert(field.name.clone());
            if !field.name.starts_with("_dlt") && self.settings.has_hint("not_null", &field.name) {
                return Err(error::null_in_required(&table.name, &field.name, table.total));
            }
        }
        Ok(())
    }

    fn new_field<K: Key>(&mut self, plan_index: u32, key: &K, cursor: &mut usize) -> Result<u32> {
        let naming = self.schema.naming;
        let plan = &self.plans[plan_index as usize];
        let text = key.text()?;
        let part: Arc<str> = if self.breaks_paths { naming.path(&text) } else { naming.identifier(&text) }.into();
        let name: Arc<str> = if plan.path.is_empty() {
            part.clone()
        } else {
            let mut parts: Vec<&str> = plan.path.iter().map(AsRef::as_ref).collect();
            parts.push(&part);
            naming.join(&parts).into()
        };
        let table = &self.tables[plan.table as usize];
        let declared = self.schema.tables.get(&*table.name).and_then(|table| table.columns.get(&*name));
        let data_type = declared.and_then(|column| column.data_type).or_else(|| self.settings.preferred_type(&name));
        let mut field = Field::new(part, name);
        field.stays_json = plan.level <= 0 || data_type == Some(DataType::Json);
        field.column = table.by_name.get(&field.name).copied().unwrap_or(NONE);
        let is_own = *field.name == *self.own_names.row_id || *field.name == *self.own_names.parent_id;
        field.discard = if !is_own && self.settings.filters.leave_out(naming, &table.path, &field.name) {
            Some(Mode::DiscardValue)
        } else {
            table.discarded.get(&field.name).copied()
        };
        field.role = match &table.id_kind {
            _ if *field.name == *self.own_names.row_id => Role::RowId,
            IdKind::Key(columns) if table.is_root && columns.contains(&field.name) => Role::Key,
            IdKind::Key(_) | IdKind::Random | IdKind::Row => Role::Value,
        };
        self.plans[plan_index as usize].insert(key, cursor, field)
    }

    fn object_plan(&mut self, plan: u32, field: u32) -> u32 {
        let of = &self.plans[plan as usize];
        let known = of.fields[field as usize].object;
        if known != NONE {
            return known;
        }
        let mut path = of.path.clone();
        path.push(of.fields[field as usize].part.clone());
        let new = Plan::new(of.table, path, of.row_level, of.level - 1);
        let index = self.plans.len() as u32;
        self.plans.push(new);
        self.plans[plan as usize].fields[field as usize].object = index;
        index
    }

    fn list_plan(&mut self, plan: u32, field: u32) -> Result<u32> {
        let of = &self.plans[plan as usize];
        let known = of.fields[field as usize].list;
        if known != NONE {
            return Ok(known);
        }
        let parent = &self.tables[of.table as usize];
        let mut path = parent.path.clone();
        path.extend(of.path.iter().cloned());
        path.push(of.fields[field as usize].part.clone());
        let name = self.schema.naming.join(&path.iter().map(AsRef::as_ref).collect::<Vec<_>>());
        let (row_level, parent, parent_name) = (of.row_level - 1, of.table, parent.name.clone());
        let table = match self.table_by_name.get(name.as_str()) {
            Some(table) => *table,
            None => self.add_table(TableBuilder::new(name.into(), Some(parent_name), path, &self.schema)?),
        };
        let list = self.list_by_table.get(&(table, parent, row_level)).copied().unwrap_or_else(|| {
            let index = self.lists.len() as u32;
            self.lists.push(ListPlan {
                table,
                parent,
                row_level,
                dicts: NONE,
                lists: NONE,
                last_row: 0,
                next_index: 0,
            });
            self.list_by_table.insert((table, parent, row_level), index);
            index
        });
        self.plans[plan as usize].fields[field as usize].list = list;
        Ok(list)
    }

    // Whether another key of this row has named the same table.
    fn is_second(&mut self, list: u32) -> bool {
        let plan = &mut self.lists[list as usize];
        std::mem::replace(&mut plan.last_row, self.serial) == self.serial
    }

    // The rows of both lists are kept, and that is said.
    fn warn_of_second(&mut self, list: u32) {
        let table = self.tables[self.lists[list as usize].table as usize].name.clone();
        self.warn(
            &table,
            &self.own_names.list_index.clone(),
            "two keys of one item name this table: the rows of both lists are in it",
        );
    }

    // Keys that are told apart before naming alone. dlt lets the last of them have the list; two ways to one name
    // (`a.b` and `a__b`) bring two lists.
    fn is_same_path(&self, one: (u32, u32), other: (u32, u32)) -> bool {
        let path = |(plan, field): (u32, u32)| {
            let plan = &self.plans[plan as usize];
            (&plan.path, &plan.fields[field as usize].part)
        };
        path(one) == path(other)
    }
}

fn row_hash<I: Item>(item: &I) -> Result<String> {
    let mut json = String::new();
    write_json::write(item, Form::Hash, &mut json)?;
    Ok(digest(json.as_bytes()))
}
