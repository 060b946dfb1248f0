//! The variables of the functions that run.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::super::ast::{Function, Load, NamedBlock};
use super::super::macros::MacroObject;
use super::super::{SourceFile, Value, builtins};
use super::output::Buffer;
use super::{Interpreter, Span, calls};
use crate::error::Result;

/// What a captured variable costs in memory.
const CELL_BYTES: usize = 64;

/// What a variable holds.
#[derive(Clone)]
pub(in super::super) enum Slot {
    Missing,
    /// Asked from the scope on first use.
    Global,
    /// The same, where what the template exports comes first.
    Exported,
    Value(Value),
    /// Functions inside read it too, whenever they run.
    Cell(Arc<Cell>),
}

/// A variable that several functions read.
pub(in super::super) struct Cell(Mutex<Slot>);

impl Cell {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Slot::Missing)))
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it holds, when nobody else holds it.
    pub(in super::super) fn into_value(self: Arc<Self>) -> Option<Value> {
        match Arc::into_inner(self)?.0.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Slot::Value(value) => Some(value),
            Slot::Missing | Slot::Global | Slot::Exported | Slot::Cell(_) => None,
        }
    }
}

/// The names that `{% block %}`s of a template find before those of the scope.
pub(in super::super) struct Exports {
    names: Vec<(Arc<str>, Slot)>,
    outer: Option<Arc<Self>>,
}

impl Exports {
    fn get(&self, name: &str) -> Option<Value> {
        let own = self.names.iter().find(|(known, _)| &**known == name).map(|(_, slot)| slot);
        let own = match own {
            Some(Slot::Cell(cell)) => cell.slot().clone(),
            Some(slot) => slot.clone(),
            None => Slot::Missing,
        };
        match own {
            Slot::Value(value) => Some(value),
            Slot::Missing | Slot::Global | Slot::Exported | Slot::Cell(_) => self.outer.as_ref()?.get(name),
        }
    }
}

/// Variables that functions still hold when their own function ended. A macro may hold itself by one, so they are
/// emptied in the end.
#[derive(Default)]
pub(super) struct Outliving(Vec<Arc<Cell>>);

impl Drop for Outliving {
    fn drop(&mut self) {
        for cell in self.0.drain(..) {
            let held = std::mem::replace(&mut *cell.slot(), Slot::Missing);
            drop(held);
        }
    }
}

/// What stood before a function was entered.
pub(super) struct Entered {
    base: usize,
    file: Option<Arc<SourceFile>>,
    span: Span,
    out: Buffer,
    exports: Option<Arc<Exports>>,
}

impl Interpreter<'_> {
    /// A name that no variable has: the scope's, else Jinja's own, else `return`.
    pub(super) fn global(&mut self, name: &str) -> Option<Value> {
        if name == "return" {
            return Some(calls::return_function());
        }
        self.scope.lookup(name).or_else(|| builtins::lookup(name)).or_else(|| self.named_blocks(name))
    }

    pub(super) fn variable(&mut self, name: &Arc<str>, slot: u32) -> Value {
        let index = self.base + slot as usize;
        let held = match &self.stack[index] {
            Slot::Value(value) => return value.clone(),
            Slot::Cell(cell) => cell.slot().clone(),
            other => other.clone(),
        };
        match held {
            Slot::Value(value) => value,
            Slot::Missing | Slot::Cell(_) => Value::undefined(name),
            Slot::Global | Slot::Exported => {
                let exported = match (&held, &self.exports) {
                    (Slot::Exported, Some(exports)) => exports.get(name),
                    _ => None,
                };
                let value = exported.or_else(|| self.global(name)).unwrap_or_else(|| Value::undefined(name));
                self.put_slot(index, Slot::Value(value.clone()));
                value
            }
        }
    }

    pub(super) fn set_variable(&mut self, slot: u32, value: Value) {
        self.put_slot(self.base + slot as usize, Slot::Value(value));
    }

    fn put_slot(&mut self, index: usize, slot: Slot) {
        match &self.stack[index] {
            // What it held may be dropped only when the lock is free.
            Slot::Cell(cell) => {
                let held = std::mem::replace(&mut *cell.slot(), slot);
                drop(held);
            }
            Slot::Missing | Slot::Global | Slot::Exported | Slot::Value(_) => self.stack[index] = slot,
        }
    }

    fn slot(&self, slot: u32) -> Slot {
        match &self.stack[self.base + slot as usize] {
            Slot::Cell(cell) => cell.slot().clone(),
            other => other.clone(),
        }
    }

    /// Gives the variables of a scope what they hold when it is entered.
    pub(super) fn load(&mut self, loads: &[Load]) {
        for load in loads {
            let (to, slot) = match *load {
                Load::Missing(to) => (to, Slot::Missing),
                Load::Global(to) => (to, Slot::Global),
                Load::Exported(to) => (to, Slot::Exported),
                Load::Copy { from, to } => (to, self.slot(from)),
            };
            self.put_slot(self.base + to as usize, slot);
        }
    }

    /// Takes what the variables of a scope held when it is left.
    pub(super) fn unload(&mut self, leaves: &[u32]) {
        for slot in leaves {
            self.put_slot(self.base + *slot as usize, Slot::Missing);
        }
    }

    /// What a function made here reads from the variables around it.
    pub(super) fn capture_slots(&mut self, function: &Function) -> Result<Vec<Slot>> {
        self.meter.charge(function.captures.len() * CELL_BYTES)?;
        let outer = function.captures.iter().map(|(outer, _)| self.stack[self.base + *outer as usize].clone());
        Ok(outer.collect())
    }

    /// Enters a template, or a macro with what it holds.
    pub(super) fn enter(&mut self, file: &Arc<SourceFile>, function: &Function, made: Option<&MacroObject>) -> Entered {
        let base = self.enter_variables(function, made.map_or(&[], MacroObject::captured));
        let exports = match made.map(MacroObject::exports) {
            None if function.exports.is_empty() => None,
            None => Some(Arc::new(self.exports_of(&function.exports, None))),
            Some(exports) => exports.cloned(),
        };
        Entered {
            base,
            file: self.file.replace(file.clone()),
            span: self.span,
            out: std::mem::replace(&mut self.out, self.maps.buffer(file)),
            exports: std::mem::replace(&mut self.exports, exports),
        }
    }

    pub(super) fn leave(&mut self, function: &Function, outer: Entered) -> Buffer {
        self.leave_variables(function, outer.base);
        self.file = outer.file;
        self.span = outer.span;
        self.exports = outer.exports;
        std::mem::replace(&mut self.out, outer.out)
    }

    /// Makes room for the variables of a function; gives where those of the one before begin.
    pub(super) fn enter_variables(&mut self, function: &Function, captured: &[Slot]) -> usize {
        let base = std::mem::replace(&mut self.base, self.stack.len());
        self.stack.resize(self.base + function.slot_count as usize, Slot::Missing);
        self.renew(&function.cells);
        for ((_, slot), held) in function.captures.iter().zip(captured) {
            self.stack[self.base + *slot as usize] = held.clone();
        }
        self.load(&function.body.loads);
        base
    }

    pub(super) fn leave_variables(&mut self, function: &Function, base: usize) {
        self.let_go(&function.cells);
        self.stack.truncate(self.base);
        self.base = base;
    }

    /// Variables that functions inside read are new ones each time a function or a recursive loop is entered.
    pub(super) fn renew(&mut self, cells: &[u32]) {
        for slot in cells {
            self.stack[self.base + *slot as usize] = Slot::Cell(Cell::new());
        }
    }

    /// Keeps those of the variables in mind that somebody else still holds.
    pub(super) fn let_go(&mut self, cells: &[u32]) {
        for slot in cells {
            if let Slot::Cell(cell) = &self.stack[self.base + *slot as usize]
                && Arc::strong_count(cell) > 1
            {
                self.outliving.0.push(Arc::clone(cell));
            }
        }
    }

    fn exports_of(&self, names: &[(Arc<str>, u32)], outer: Option<Arc<Exports>>) -> Exports {
        let held = |slot: u32| self.stack[self.base + slot as usize].clone();
        Exports { names: names.iter().map(|(name, slot)| (Arc::clone(name), held(*slot))).collect(), outer }
    }

    /// What a block knows: what the template sets outside of all scopes, and when it is scoped what is set around it.
    pub(super) fn exports_for(&self, block: &NamedBlock) -> Option<Arc<Exports>> {
        if !block.is_scoped {
            return self.exports.clone();
        }
        let mut exports = self.exports_of(&block.locals, self.exports.clone());
        // It keeps what they hold now.
        for (_, slot) in &mut exports.names {
            if let Slot::Cell(cell) = slot {
                let held = cell.slot().clone();
                *slot = held;
            }
        }
        Some(Arc::new(exports))
    }
}
