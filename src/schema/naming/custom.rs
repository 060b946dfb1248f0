//! Conventions that users write: a function from key to name, known by the reference that schemas store.
//!
//! A schema carries its naming everywhere by value, so a convention is a number here and its function stands in one list
//! for the whole process.

use std::sync::{Arc, PoisonError, RwLock};

type Name = Arc<dyn Fn(&str) -> String + Send + Sync>;

struct Custom {
    reference: String,
    separator: &'static str,
    name: Name,
}

static CUSTOM: RwLock<Vec<Custom>> = RwLock::new(Vec::new());

/// Makes a convention known under `reference`; one that is known by it already is replaced.
pub fn register(reference: &str, separator: &str, name: impl Fn(&str) -> String + Send + Sync + 'static) {
    let mut known = CUSTOM.write().unwrap_or_else(PoisonError::into_inner);
    let name: Name = Arc::new(name);
    match known.iter_mut().find(|custom| custom.reference == reference) {
        Some(custom) => custom.name = name,
        // Conventions are few and stay for the life of the process, and so do their separators.
        None => known.push(Custom {
            reference: reference.to_owned(),
            separator: Box::leak(separator.to_owned().into_boxed_str()),
            name,
        }),
    }
}

pub(super) fn find(reference: &str) -> Option<usize> {
    CUSTOM.read().unwrap_or_else(PoisonError::into_inner).iter().position(|custom| custom.reference == reference)
}

pub(super) fn separator(at: usize) -> &'static str {
    CUSTOM.read().unwrap_or_else(PoisonError::into_inner).get(at).map_or("__", |custom| custom.separator)
}

pub(super) fn identifier(at: usize, identifier: &str) -> String {
    // The function may name other things meanwhile, so the list is not held while it runs.
    let name = CUSTOM.read().unwrap_or_else(PoisonError::into_inner).get(at).map(|custom| Arc::clone(&custom.name));
    name.map_or_else(|| identifier.to_owned(), |name| name(identifier))
}
