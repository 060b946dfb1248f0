//! What was yielded, whatever it is made of.
//!
//! Flattening is written once, over [`Item`]. It has two faces: a node on a JSON tape (`json.rs`) and a
//! Python object (`bindings/items.rs`). Neither is ever copied into a tree.

use crate::error::Result;
use crate::schema::types::Scalar;
use std::any::Any;
use std::borrow::Cow;

/// One value of an item. Cloning it is cheap: a position or a reference.
pub trait Item: Clone {
    type Object: Entries<Item = Self>;
    type List: Elements<Item = Self>;

    /// Looks at the value. What the value does not hold itself, such as the digits of a decimal, is
    /// written to `scratch` and borrowed from there.
    fn view<'a>(&'a self, scratch: &'a mut Scratch) -> Result<View<'a, Self>>;
}

/// What a value is.
pub enum View<'a, I: Item> {
    Null,
    Scalar(Scalar<'a>),
    Object(I::Object),
    List(I::List),
}

/// Room for what a view must make before it can lend it.
#[derive(Default)]
pub struct Scratch {
    pub text: String,
    pub bytes: Vec<u8>,
}

/// The entries of a dict or JSON object, in their order.
pub trait Entries {
    type Key: Key;
    type Item: Item;

    fn next_entry(&mut self) -> Result<Option<(Self::Key, Self::Item)>>;
}

/// The elements of a list.
pub trait Elements {
    type Item: Item;

    fn next_element(&mut self) -> Result<Option<Self::Item>>;
}

/// A key of a dict.
pub trait Key {
    /// A number that only this very key object has while it lives; 0 when there is none.
    fn token(&self) -> usize {
        0
    }

    fn text(&self) -> Result<Cow<'_, str>>;

    /// Keeps the key object alive, so that its token stays its own.
    fn keep(&self) -> Option<Box<dyn Any + Send + Sync>> {
        None
    }
}
