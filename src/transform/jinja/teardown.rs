//! Letting go of nested values without recursion.
//!
//! A list in a list in a list may be nested a hundred thousand levels deep; letting each level drop the next would end
//! the stack. Containers hand what they held to a worklist of the thread instead, which the outermost drop empties.

use std::cell::RefCell;

use super::Value;

thread_local! {
    static WAITING: RefCell<Waiting> = const { RefCell::new(Waiting { running: false, values: Vec::new() }) };
}

struct Waiting {
    running: bool,
    values: Vec<Value>,
}

/// Drops what a container held.
pub(super) fn release(values: impl Iterator<Item = Value>) {
    let mut values = values.filter(holds_more).peekable();
    if values.peek().is_none() {
        return;
    }
    let values: Vec<Value> = values.collect();
    // While the thread ends, its worklist may be gone; then what is left drops as it is.
    let outermost = WAITING.try_with(|waiting| {
        let mut waiting = waiting.borrow_mut();
        waiting.values.extend(values);
        !std::mem::replace(&mut waiting.running, true)
    });
    if outermost != Ok(true) {
        return;
    }
    while let Ok(Some(value)) = WAITING.try_with(|waiting| {
        let mut waiting = waiting.borrow_mut();
        waiting.running = !waiting.values.is_empty();
        waiting.values.pop()
    }) {
        drop(value);
    }
}

fn holds_more(value: &Value) -> bool {
    match value {
        Value::Undefined(_)
        | Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::BigInt(_)
        | Value::Float(_)
        | Value::Str(_)
        | Value::Bytes(_) => false,
        Value::Tuple(_) | Value::List(_) | Value::Dict(_) | Value::Set(_) | Value::Object(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_nesting_can_be_dropped() {
        for wrap in [
            (|value| Value::list([value])) as fn(Value) -> Value,
            |value| Value::tuple([value]),
            |value| Value::dict([("key", value)]),
            |value| Value::list([Value::tuple([Value::dict([("key", value)])])]),
        ] {
            let mut value = Value::None;
            for _ in 0..200_000 {
                value = wrap(value);
            }
            drop(value);
        }
    }
}
