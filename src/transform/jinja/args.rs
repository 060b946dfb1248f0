//! The arguments of a call, and how they meet a function's parameters.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Key, Value};
use crate::error::{Error, Kind, Result};

/// The arguments of a call, as the template wrote them.
#[derive(Clone, Default)]
pub struct Args {
    /// Those given by place.
    pub positional: Vec<Value>,
    /// Those given by name, in order.
    pub named: IndexMap<Arc<str>, Value>,
}

impl Args {
    /// Arguments without names.
    pub fn positional(values: impl IntoIterator<Item = Value>) -> Self {
        Self { positional: values.into_iter().collect(), named: IndexMap::new() }
    }

    /// Adds a named argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.named.insert(Arc::from(name), value);
        self
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.positional.len() + self.named.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.positional.is_empty() && self.named.is_empty()
    }

    /// Takes a named argument out.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.named.shift_remove(name)
    }

    /// Binds to the parameters of a Python function `def function(required..., optional...=)`.
    ///
    /// Any parameter may be given by place or by name; what is missing, unknown, given twice or too much is an error.
    ///
    /// ```
    /// use gristmill::transform::jinja::{Args, Value};
    /// let args = Args::positional([Value::str("x")]).with("width", Value::Int(3));
    /// let ([text], [width, fill]) = args.bind("center", ["text"], ["width", "fill"])?;
    /// assert_eq!(text.as_str(), Some("x"));
    /// assert_eq!(width.and_then(|width| width.as_int()), Some(3));
    /// assert!(fill.is_none());
    /// # Ok::<(), gristmill::Error>(())
    /// ```
    pub fn bind<const R: usize, const O: usize>(
        self,
        function: &str,
        required: [&str; R],
        optional: [&str; O],
    ) -> Result<([Value; R], [Option<Value>; O])> {
        let (values, optional, rest, named) = self.bind_open(function, required, optional)?;
        if !rest.is_empty() {
            return Err(too_many(function, R, R + O, R + O + rest.len()));
        }
        no_more_named(function, &named)?;
        Ok((values, optional))
    }

    /// Binds to `def function(required..., optional...=, *rest, **named)`.
    #[allow(clippy::type_complexity, reason = "the four groups of a Python signature")]
    pub fn bind_open<const R: usize, const O: usize>(
        mut self,
        function: &str,
        required: [&str; R],
        optional: [&str; O],
    ) -> Result<([Value; R], [Option<Value>; O], Vec<Value>, IndexMap<Arc<str>, Value>)> {
        let mut positional = self.positional.into_iter();
        let mut slot = |name: &str| -> Result<Option<Value>> {
            let by_name = if self.named.is_empty() { None } else { self.named.shift_remove(name) };
            match (positional.next(), by_name) {
                (Some(_), Some(_)) => {
                    Err(type_error(format!("`{function}()` got multiple values for argument `{name}`")))
                }
                (by_place, by_name) => Ok(by_place.or(by_name)),
            }
        };
        let mut values = [const { Value::None }; R];
        let mut missing = Vec::new();
        for (value, name) in values.iter_mut().zip(required) {
            match slot(name)? {
                Some(given) => *value = given,
                None => missing.push(name),
            }
        }
        let mut defaults = [const { None }; O];
        for (value, name) in defaults.iter_mut().zip(optional) {
            *value = slot(name)?;
        }
        if !missing.is_empty() {
            return Err(missing_arguments(function, &missing));
        }
        Ok((values, defaults, positional.collect(), self.named))
    }

    /// Binds to a function that knows its parameters by place only, as most of Python's own methods do.
    pub fn bind_places<const R: usize, const O: usize>(
        self,
        function: &str,
    ) -> Result<([Value; R], [Option<Value>; O])> {
        if let Some(name) = self.named.keys().next() {
            return Err(type_error(format!("`{function}()` takes no keyword arguments, but got `{name}`")));
        }
        let given = self.positional.len();
        if given < R || given > R + O {
            return Err(too_many(function, R, R + O, given));
        }
        let mut positional = self.positional.into_iter();
        let values = std::array::from_fn(|_| positional.next().unwrap_or(Value::None));
        let optional = std::array::from_fn(|_| positional.next());
        Ok((values, optional))
    }

    /// For a function without parameters.
    pub fn bind_nothing(self, function: &str) -> Result<()> {
        self.bind_places::<0, 0>(function).map(|_| ())
    }

    /// For `def function(*rest)`: the named arguments must be none.
    pub fn bind_rest(self, function: &str) -> Result<Vec<Value>> {
        no_more_named(function, &self.named)?;
        Ok(self.positional)
    }
}

/// Entries for `**named`.
pub(super) fn named_entries(named: IndexMap<Arc<str>, Value>) -> impl Iterator<Item = (Key, Value)> {
    named.into_iter().map(|(name, value)| (Key::str(&*name), value))
}

/// What Python calls a `TypeError`.
pub(super) fn type_error(message: impl Into<String>) -> Error {
    Error::new(Kind::Compilation, message)
}

fn missing_arguments(function: &str, missing: &[&str]) -> Error {
    let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let plural = if missing.len() == 1 { "" } else { "s" };
    type_error(format!(
        "`{function}()` missing {} required positional argument{plural}: {}",
        missing.len(),
        names.join(", ")
    ))
}

fn too_many(function: &str, least: usize, most: usize, given: usize) -> Error {
    let takes = if least == most { least.to_string() } else { format!("from {least} to {most}") };
    let plural = if most == 1 { "" } else { "s" };
    let were = if given == 1 { "was" } else { "were" };
    type_error(format!("`{function}()` takes {takes} positional argument{plural} but {given} {were} given"))
}

fn no_more_named(function: &str, named: &IndexMap<Arc<str>, Value>) -> Result<()> {
    match named.keys().next() {
        Some(name) => Err(type_error(format!("`{function}()` got an unexpected keyword argument `{name}`"))),
        None => Ok(()),
    }
}
