//! Lists, dicts and sets: shared and mutable, as in Python.
//!
//! A clone is another name for the same container. No lock is ever held while other code of a template could run:
//! every method takes what it needs and lets go.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indexmap::{IndexMap, IndexSet};

use super::teardown::release;
use super::{Key, Value};

/// A Python tuple: shared, never changed. It reads as a slice of its elements.
#[derive(Clone)]
pub struct Tuple(Arc<[Value]>);

/// A Python list: shared, mutable.
#[derive(Clone, Default)]
pub struct List(pub Arc<Mutex<Vec<Value>>>);

/// A Python dict: shared, mutable, in insertion order.
#[derive(Clone, Default)]
pub struct Dict(pub Arc<Mutex<IndexMap<Key, Value>>>);

/// A Python set: shared, mutable. Iterates in insertion order, so that renders are repeatable.
#[derive(Clone, Default)]
pub struct Set(pub Arc<Mutex<IndexSet<Key>>>);

impl Tuple {
    /// Whether somebody else holds the tuple too.
    pub(super) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// Whether both are one and the same tuple.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl std::ops::Deref for Tuple {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.0
    }
}

impl From<Vec<Value>> for Tuple {
    fn from(items: Vec<Value>) -> Self {
        Self(items.into())
    }
}

impl FromIterator<Value> for Tuple {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl Drop for Tuple {
    fn drop(&mut self) {
        if let Some(items) = Arc::get_mut(&mut self.0) {
            release(items.iter_mut().map(|item| std::mem::replace(item, Value::None)));
        }
    }
}

impl Drop for List {
    fn drop(&mut self) {
        if Arc::strong_count(&self.0) == 1 {
            let items = std::mem::take(&mut *self.lock());
            release(items.into_iter());
        }
    }
}

impl Drop for Dict {
    fn drop(&mut self) {
        if Arc::strong_count(&self.0) == 1 {
            let entries = std::mem::take(&mut *self.lock());
            release(entries.into_iter().flat_map(|(key, value)| [key.into_value(), value]));
        }
    }
}

impl Drop for Set {
    fn drop(&mut self) {
        if Arc::strong_count(&self.0) == 1 {
            let members = std::mem::take(&mut *self.lock());
            release(members.into_iter().map(Key::into_value));
        }
    }
}

impl List {
    /// A list of elements.
    pub fn new(items: Vec<Value>) -> Self {
        Self(Arc::new(Mutex::new(items)))
    }

    /// The elements while nothing else may touch them; never call back into a template while holding it.
    pub fn lock(&self) -> MutexGuard<'_, Vec<Value>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The elements as they are now.
    pub fn items(&self) -> Vec<Value> {
        self.lock().clone()
    }

    /// How many it holds.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Adds an element at the end.
    pub fn push(&self, value: Value) {
        self.lock().push(value);
    }
}

impl Dict {
    /// A dict of entries.
    pub fn new(entries: IndexMap<Key, Value>) -> Self {
        Self(Arc::new(Mutex::new(entries)))
    }

    /// The entries while nothing else may touch them; never call back into a template while holding it.
    pub fn lock(&self) -> MutexGuard<'_, IndexMap<Key, Value>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value under a key.
    pub fn get(&self, key: &Key) -> Option<Value> {
        self.lock().get(key).cloned()
    }

    /// The value under a text, without building a key.
    pub fn get_str(&self, key: &str) -> Option<Value> {
        self.lock().get(key).cloned()
    }

    /// Whether it holds the key.
    pub fn contains(&self, key: &Key) -> bool {
        self.lock().contains_key(key)
    }

    /// Puts a value under a key, and gives the one that was there.
    pub fn insert(&self, key: Key, value: Value) -> Option<Value> {
        self.lock().insert(key, value)
    }

    /// Puts a value under a text.
    pub fn set(&self, key: &str, value: Value) {
        let replaced = self.lock().insert(Key::str(key), value);
        drop(replaced);
    }

    /// Takes an entry out and keeps the order of the others.
    pub fn remove(&self, key: &Key) -> Option<Value> {
        self.lock().shift_remove(key)
    }

    /// The entries as they are now.
    pub fn entries(&self) -> Vec<(Value, Value)> {
        self.lock().iter().map(|(key, value)| (key.value().clone(), value.clone())).collect()
    }

    /// The keys as they are now.
    pub fn keys(&self) -> Vec<Value> {
        self.lock().keys().map(|key| key.value().clone()).collect()
    }

    /// The values as they are now.
    pub fn values(&self) -> Vec<Value> {
        self.lock().values().cloned().collect()
    }

    /// A copy of the entries, keys and all.
    pub fn snapshot(&self) -> IndexMap<Key, Value> {
        self.lock().clone()
    }

    /// How many it holds.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

impl Set {
    /// A set of members.
    pub fn new(members: IndexSet<Key>) -> Self {
        Self(Arc::new(Mutex::new(members)))
    }

    /// The members while nothing else may touch them; never call back into a template while holding it.
    pub fn lock(&self) -> MutexGuard<'_, IndexSet<Key>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy of the members.
    pub fn snapshot(&self) -> IndexSet<Key> {
        self.lock().clone()
    }

    /// The members as they are now.
    pub fn items(&self) -> Vec<Value> {
        self.lock().iter().map(|key| key.value().clone()).collect()
    }

    /// Whether it holds the key.
    pub fn contains(&self, key: &Key) -> bool {
        self.lock().contains(key)
    }

    /// Adds a member, and says whether it is new.
    pub fn insert(&self, key: Key) -> bool {
        self.lock().insert(key)
    }

    /// How many it holds.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}
