//! A value meets its column: it fits, is converted, or goes to a variant column; a new column meets its contract.

use super::Flattener;
use super::error;
use super::table::{Owned, Pending};
use crate::error::Result;
use crate::schema::coerce::coerce;
use crate::schema::evolve::Mode;
use crate::schema::time::Timestamp;
use crate::schema::types::{self, Cell, Misfit, Scalar, Shape};
use crate::schema::{Column, DataType, Table};
use rustc_hash::FxHashMap;
use std::sync::Arc;

impl Flattener {
    /// Writes a value of the row under way into a column that exists.
    #[inline]
    pub(super) fn put(&mut self, table: u32, slot: u32, value: &Scalar<'_>) -> Result<()> {
        // dlt writes items as SQL text, which has no place for NUL.
        if self.options.lossy_as_dlt
            && let Scalar::Text(text) = value
            && text.contains('\0')
        {
            return self.put(table, slot, &Scalar::Text(&text.replace('\0', "")));
        }
        let builder = &mut self.tables[table as usize];
        let row = builder.rows;
        let column = &mut builder.columns[slot as usize];
        if !column.has_row(row) {
            match (value, column.shape.data_type) {
                (Scalar::Text(text), DataType::Text) | (Scalar::Json(text), DataType::Json) => {
                    column.push_text(row, text);
                    return Ok(());
                }
                (Scalar::Bigint(number), DataType::Bigint) => {
                    column.push_integer(row, *number);
                    return Ok(());
                }
                (Scalar::Double(number), DataType::Double) if number.is_finite() => {
                    column.push_double(row, *number);
                    return Ok(());
                }
                (Scalar::Bool(flag), DataType::Bool) => {
                    column.push_bool(row, *flag);
                    return Ok(());
                }
                (_, _) => {}
            }
        }
        self.put_converted(table, slot, value)
    }

    fn put_converted(&mut self, table: u32, slot: u32, value: &Scalar<'_>) -> Result<()> {
        let builder = &mut self.tables[table as usize];
        let row = builder.rows;
        let column = &mut builder.columns[slot as usize];
        let (name, shape) = (column.name.clone(), column.shape);
        let displaced = if column.has_row(row) { column.last() } else { None };
        column.truncate(row);
        let as_dlt = self.options.lossy_as_dlt;
        if matches!(value, Scalar::Double(number) if !number.is_finite()) {
            if as_dlt {
                return Ok(());
            }
            self.warn_at(table, &name, "NaN or infinite numbers are kept as they are");
        }
        match coerce(shape, value) {
            Ok(cell) => self.push(table, slot, &cell),
            Err(Misfit::Type) => self.put_variant(table, &name, value, None)?,
            Err(Misfit::Altered(cell)) => {
                if let Some(cell) = &cell {
                    self.push(table, slot, cell);
                } else if as_dlt {
                    let builder = &self.tables[table as usize];
                    return Err(error::cannot_hold(&builder.name, &name, builder.total, shape.data_type, value));
                }
                if !as_dlt {
                    let exact = exact_type(value);
                    let variant = self.schema.naming.join(&[&name, &format!("v_{}", exact.name())]);
                    self.warn_at(table, &name, &format!("values that its type would alter are kept in `{variant}`"));
                    self.put_variant(table, &name, value, Some(exact))?;
                }
            }
        }
        if let Some(displaced) = displaced.filter(|_| !as_dlt) {
            self.keep_displaced(table, &name, shape, displaced, value)?;
        }
        Ok(())
    }

    fn push(&mut self, table: u32, slot: u32, cell: &Cell<'_>) {
        let builder = &mut self.tables[table as usize];
        let row = builder.rows;
        builder.columns[slot as usize].push(row, cell);
    }

    // Two keys of one row have the same name: the last has the column, as in dlt, and the other is not lost.
    fn keep_displaced(
        &mut self,
        table: u32,
        name: &str,
        shape: Shape,
        old: Cell<'static>,
        new: &Scalar<'_>,
    ) -> Result<()> {
        if coerce(shape, new).is_ok_and(|new| new == old) {
            return Ok(());
        }
        let variant = self.schema.naming.join(&[name, &format!("v_{}", shape.data_type.name())]);
        self.warn_at(
            table,
            name,
            &format!("two keys of one item have this name: the last is here, the other in `{variant}`"),
        );
        let owned = owned_of(shape, old);
        self.put_variant(table, name, &owned.borrow(), Some(shape.data_type))
    }

    /// Writes a value beside the column that cannot take it, in `column__v_type`.
    fn put_variant(&mut self, table: u32, name: &str, value: &Scalar<'_>, exact: Option<DataType>) -> Result<()> {
        let variant: Arc<str> = self.variant_name(name, exact.unwrap_or_else(|| value.data_type())).into();
        let builder = &mut self.tables[table as usize];
        if let Some(slot) = builder.by_name.get(&variant) {
            let slot = *slot;
            let column = &builder.columns[slot as usize];
            match coerce(column.shape, value) {
                Ok(cell) => {
                    self.push_over(table, slot, &cell);
                    Ok(())
                }
                Err(Misfit::Type | Misfit::Altered(_)) => {
                    Err(error::cannot_hold(&builder.name, &variant, builder.total, column.shape.data_type, value))
                }
            }
        } else {
            builder.pending.push(Pending {
                name: variant,
                value: Owned::of(value),
                data_type: exact,
                is_variant: true,
            });
            Ok(())
        }
    }

    pub(super) fn variant_name(&self, name: &str, data_type: DataType) -> String {
        self.schema.naming.join(&[name, &format!("v_{}", data_type.name())])
    }

    /// Makes the columns that the row under way needs. False when a contract leaves the row out.
    pub(super) fn settle(&mut self, table: u32) -> Result<bool> {
        while !self.tables[table as usize].pending.is_empty() {
            let mut pending = std::mem::take(&mut self.tables[table as usize].pending);
            if pending.len() > 1 {
                pending = self.join_same_names(table, pending);
            }
            let columns = self.new_columns(table, &mut pending)?;
            let Some(columns) = self.meet_contract(table, columns, &pending)? else { return Ok(false) };
            self.add_columns(table, columns)?;
            for value in pending {
                let builder = &self.tables[table as usize];
                match builder.by_name.get(&value.name) {
                    Some(slot) if value.is_variant => {
                        let slot = *slot;
                        match coerce(builder.columns[slot as usize].shape, &value.value.borrow()) {
                            Ok(cell) => self.push_over(table, slot, &cell),
                            Err(Misfit::Type | Misfit::Altered(_)) => {
                                let shape = builder.columns[slot as usize].shape;
                                return Err(error::cannot_hold(
                                    &builder.name,
                                    &value.name,
                                    builder.total,
                                    shape.data_type,
                                    &value.value.borrow(),
                                ));
                            }
                        }
                    }
                    Some(slot) => self.put(table, *slot, &value.value.borrow())?,
                    // A contract left the value out.
                    None => {}
                }
            }
        }
        Ok(true)
    }

    fn push_over(&mut self, table: u32, slot: u32, cell: &Cell<'_>) {
        let builder = &mut self.tables[table as usize];
        let row = builder.rows;
        builder.columns[slot as usize].truncate(row);
        self.push(table, slot, cell);
    }

    // The last of several values with one name has the place of the first.
    fn join_same_names(&mut self, table: u32, pending: Vec<Pending>) -> Vec<Pending> {
        let mut places: FxHashMap<Arc<str>, usize> = FxHashMap::default();
        let mut joined: Vec<Pending> = Vec::with_capacity(pending.len());
        let mut displaced = Vec::new();
        for value in pending {
            if let Some(place) = places.get(&value.name) {
                let old = std::mem::replace(&mut joined[*place], value);
                if old.value.borrow() != joined[*place].value.borrow() {
                    displaced.push(old);
                }
            } else {
                places.insert(value.name.clone(), joined.len());
                joined.push(value);
            }
        }
        if !self.options.lossy_as_dlt {
            for old in displaced {
                let data_type = old.value.borrow().data_type();
                let variant = self.variant_name(&old.name, data_type);
                self.warn_at(
                    table,
                    &old.name,
                    &format!("two keys of one item have this name: the last is here, the other in `{variant}`"),
                );
                joined.push(Pending {
                    name: variant.into(),
                    value: old.value,
                    data_type: Some(data_type),
                    is_variant: true,
                });
            }
        }
        joined
    }

    // The columns that values ask for, each with its value's index. A value whose preferred type does not
    // take it asks for a variant column instead.
    fn new_columns(&mut self, table: u32, pending: &mut [Pending]) -> Result<Vec<(Column, usize)>> {
        let builder = &self.tables[table as usize];
        let known = self.schema.tables.get(&*builder.name);
        let mut columns = Vec::new();
        for (at, value) in pending.iter_mut().enumerate() {
            for _ in 0..2 {
                if builder.by_name.contains_key(&value.name) {
                    break;
                }
                let scalar = value.value.borrow();
                let inferred = value.data_type.unwrap_or_else(|| self.infer(&scalar, &value.name, value.is_variant));
                let mut column = self.settings.infer_column(&value.name, inferred, value.is_variant);
                if let Some(hints) = known.and_then(|table| table.columns.get(&*value.name)) {
                    column.merge(hints);
                }
                let Some(shape) = Shape::of(&column) else { break };
                if coerce(shape, &scalar) != Err(Misfit::Type) {
                    columns.push((column, at));
                    break;
                }
                if value.is_variant {
                    return Err(error::cannot_hold(
                        &builder.name,
                        &value.name,
                        builder.total,
                        shape.data_type,
                        &scalar,
                    ));
                }
                let own = scalar.data_type();
                value.name = self.variant_name(&value.name, own).into();
                value.is_variant = true;
            }
        }
        Ok(columns)
    }

    fn infer(&self, value: &Scalar<'_>, name: &str, is_variant: bool) -> DataType {
        let inferred = types::infer(value, name, &self.settings, !is_variant);
        // A new column may as well have the type that holds its first value.
        let too_big = matches!(value, Scalar::BigInteger(_)) && inferred == DataType::Bigint;
        if too_big && !self.options.lossy_as_dlt { exact_type(value) } else { inferred }
    }

    // What of the new columns a contract lets in; `None` when the row is left out.
    fn meet_contract(
        &mut self,
        table: u32,
        columns: Vec<(Column, usize)>,
        pending: &[Pending],
    ) -> Result<Option<Vec<Column>>> {
        let builder = &mut self.tables[table as usize];
        let contract = builder.contract;
        let known = self.schema.tables.get(&*builder.name);
        let is_new = known.is_none_or(Table::is_new);
        if is_new && contract.tables != Mode::Evolve && !columns.is_empty() {
            if contract.tables == Mode::Freeze {
                return Err(error::frozen_table(&builder.name, builder.total));
            }
            builder.is_discarded = true;
            return Ok(None);
        }
        let once =
            known.and_then(|table| table.normalizer_mark("evolve-columns-once")).is_some_and(|mark| mark == true);
        let mut row_stays = true;
        let mut allowed = Vec::with_capacity(columns.len());
        for (column, at) in columns {
            let (mode, entity) = if column.is("variant") {
                (contract.data_type, "data_type")
            } else if is_new || once || column.name.starts_with("_dlt") {
                (Mode::Evolve, "columns")
            } else {
                (contract.columns, "columns")
            };
            match mode {
                Mode::Evolve => allowed.push(column),
                Mode::Freeze => {
                    let refused = error::Refused {
                        what: format!("column `{}` is new", column.name),
                        entity,
                        table: &builder.name,
                        column: &column.name,
                        row: builder.total,
                    };
                    return Err(error::frozen(&refused, Some(&pending[at].value.borrow())));
                }
                Mode::DiscardRow | Mode::DiscardValue => {
                    row_stays &= mode == Mode::DiscardValue;
                    let name: Arc<str> = column.name.as_str().into();
                    builder.discarded.insert(name.clone(), mode);
                    for plan in self.plans.iter_mut().filter(|plan| plan.table == table) {
                        plan.fields
                            .iter_mut()
                            .filter(|field| field.name == name)
                            .for_each(|field| field.discard = Some(mode));
                    }
                }
            }
        }
        // The columns that are allowed come in even when this row stays out, as in dlt.
        if row_stays {
            return Ok(Some(allowed));
        }
        self.add_columns(table, allowed)?;
        Ok(None)
    }

    fn add_columns(&mut self, table: u32, columns: Vec<Column>) -> Result<()> {
        if columns.is_empty() {
            return Ok(());
        }
        let builder = &self.tables[table as usize];
        let (name, parent) = (builder.name.clone(), builder.parent.clone());
        let is_new_table = !self.schema.tables.contains_key(&*name);
        let mut partial = match (&parent, is_new_table) {
            (Some(parent), true) => Table::nested(&*name, &**parent),
            (None, true) => Table::root(&*name),
            (_, false) => Table {
                name: name.to_string(),
                parent: self.schema.tables[&*name].parent.clone(),
                columns: indexmap::IndexMap::new(),
                hints: serde_json::Map::new(),
            },
        };
        for column in &columns {
            partial.columns.insert(column.name.clone(), column.clone());
        }
        self.made.push((name.clone(), partial.clone()));
        Arc::make_mut(&mut self.schema).update_table(partial, true)?;
        let schema = self.schema.clone();
        let builder = &mut self.tables[table as usize];
        for column in columns {
            let settled = &schema.tables[&*name].columns[&column.name];
            if let Some(shape) = Shape::of(settled).filter(|_| !builder.by_name.contains_key(column.name.as_str())) {
                builder.add_column(column.name.as_str().into(), shape, settled.nullable, &schema);
            }
        }
        Ok(())
    }

    fn warn_at(&mut self, table: u32, column: &str, what: &str) {
        let table = self.tables[table as usize].name.clone();
        self.warn(&table, column, what);
    }

    pub(super) fn warn(&mut self, table: &str, column: &str, what: &str) {
        self.warn_times(table, column, what, 1);
    }

    pub(super) fn warn_times(&mut self, table: &str, column: &str, what: &str, times: u64) {
        let text = format!("table `{table}`, column `{column}`: {what}");
        *self.warnings.entry(text).or_insert(0) += times;
    }
}

/// The type of a column that holds this value exactly.
fn exact_type(value: &Scalar<'_>) -> DataType {
    match value {
        Scalar::BigInteger(digits) if digits.trim_start_matches('-').len() <= 38 => DataType::Wei,
        Scalar::BigInteger(_) | Scalar::Decimal(_) | Scalar::Wei(_) | Scalar::Timestamp(_) | Scalar::Text(_) => {
            DataType::Text
        }
        Scalar::Bool(_)
        | Scalar::Bigint(_)
        | Scalar::Double(_)
        | Scalar::Json(_)
        | Scalar::Binary(_)
        | Scalar::HexBytes(_)
        | Scalar::Date(_)
        | Scalar::Time(_) => value.data_type(),
    }
}

/// What a column holds, as a value again.
pub(super) fn owned_of(shape: Shape, cell: Cell<'static>) -> Owned {
    match cell {
        Cell::Bool(flag) => Owned::Bool(flag),
        Cell::Double(number) => Owned::Double(number),
        Cell::Date(days) => Owned::Date(days),
        Cell::Decimal(digits) => Owned::Decimal(format!("{digits}e-{}", shape.scale)),
        Cell::Text(text) if shape.data_type == DataType::Json => Owned::Json(text.into_owned()),
        Cell::Text(text) => Owned::Text(text.into_owned()),
        Cell::Binary(bytes) => Owned::Binary(bytes.into_owned()),
        Cell::Integer(number) => match shape.data_type {
            DataType::Time => Owned::Time(number),
            DataType::Timestamp => {
                let (micros, nanos) = match shape.fraction {
                    0 => (number.saturating_mul(1_000_000), 0),
                    3 => (number.saturating_mul(1000), 0),
                    9 => (number.div_euclid(1000), number.rem_euclid(1000) as u16),
                    _ => (number, 0),
                };
                Owned::Timestamp(Timestamp { micros, nanos, offset: Some(0) })
            }
            DataType::Bigint
            | DataType::Text
            | DataType::Double
            | DataType::Bool
            | DataType::Json
            | DataType::Binary
            | DataType::Decimal
            | DataType::Date
            | DataType::Wei => Owned::Bigint(number),
        },
    }
}
