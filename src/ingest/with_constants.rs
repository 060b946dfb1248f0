//! An [`Item`] that gets columns beside its own: the partition that its file stands in, the file's name.

use std::any::Any;
use std::borrow::Cow;

use super::extract::files::Constant;
use super::item::{Elements, Entries, Item, Key, Scratch, View};
use crate::error::Result;
use crate::schema::types::Scalar;

type Columns<'c> = &'c [(String, Constant)];

/// A row with further columns, or a part of it.
#[derive(Clone)]
pub enum With<'c, I> {
    Row(I, Columns<'c>),
    Part(I),
    Constant(&'c Constant),
}

impl<'c, I> With<'c, I> {
    /// A row of a file; of entries with the same name that of the file's place is taken.
    pub fn row(item: I, columns: Columns<'c>) -> Self {
        Self::Row(item, columns)
    }
}

impl<'c, I: Item> Item for With<'c, I> {
    type Object = WithEntries<'c, I>;
    type List = WithElements<'c, I>;

    fn view<'a>(&'a self, scratch: &'a mut Scratch) -> Result<View<'a, Self>> {
        let (item, columns): (&I, Columns<'c>) = match self {
            Self::Row(item, columns) => (item, columns),
            Self::Part(item) => (item, &[]),
            Self::Constant(constant) => {
                return Ok(match constant {
                    Constant::Null => View::Null,
                    Constant::Bool(flag) => View::Scalar(Scalar::Bool(*flag)),
                    Constant::Integer(number) => View::Scalar(Scalar::Bigint(*number)),
                    Constant::Number(number) => View::Scalar(Scalar::Double(*number)),
                    Constant::Text(text) => View::Scalar(Scalar::Text(text)),
                    Constant::Date(days) => View::Scalar(Scalar::Date(*days)),
                });
            }
        };
        Ok(match item.view(scratch)? {
            View::Null => View::Null,
            View::Scalar(scalar) => View::Scalar(scalar),
            View::Object(entries) => View::Object(WithEntries { entries, columns, next: 0 }),
            View::List(elements) => View::List(WithElements(elements, std::marker::PhantomData)),
        })
    }
}

pub struct WithEntries<'c, I: Item> {
    entries: I::Object,
    columns: Columns<'c>,
    next: usize,
}

impl<'c, I: Item> Entries for WithEntries<'c, I> {
    type Key = WithKey<'c, <I::Object as Entries>::Key>;
    type Item = With<'c, I>;

    fn next_entry(&mut self) -> Result<Option<(Self::Key, Self::Item)>> {
        while let Some((key, value)) = self.entries.next_entry()? {
            if self.columns.is_empty() || !self.is_column(&key)? {
                return Ok(Some((WithKey::Part(key), With::Part(value))));
            }
        }
        let column = self.columns.get(self.next);
        self.next += 1;
        Ok(column.map(|(name, constant)| (WithKey::Constant(name), With::Constant(constant))))
    }
}

impl<I: Item> WithEntries<'_, I> {
    fn is_column(&self, key: &<I::Object as Entries>::Key) -> Result<bool> {
        let text = key.text()?;
        Ok(self.columns.iter().any(|(name, _)| *name == text))
    }
}

pub struct WithElements<'c, I: Item>(I::List, std::marker::PhantomData<&'c ()>);

impl<'c, I: Item> Elements for WithElements<'c, I> {
    type Item = With<'c, I>;

    fn next_element(&mut self) -> Result<Option<With<'c, I>>> {
        Ok(self.0.next_element()?.map(With::Part))
    }
}

pub enum WithKey<'c, K> {
    Part(K),
    Constant(&'c str),
}

impl<K: Key> Key for WithKey<'_, K> {
    fn token(&self) -> usize {
        match self {
            Self::Part(key) => key.token(),
            Self::Constant(_) => 0,
        }
    }

    fn text(&self) -> Result<Cow<'_, str>> {
        match self {
            Self::Part(key) => key.text(),
            Self::Constant(name) => Ok(Cow::Borrowed(name)),
        }
    }

    fn keep(&self) -> Option<Box<dyn Any + Send + Sync>> {
        match self {
            Self::Part(key) => key.keep(),
            Self::Constant(_) => None,
        }
    }
}
