//! `range(start, stop, step)`.

use std::any::Any;

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::operators::{Bounds, integer_index};
use crate::transform::jinja::{Args, Object, Value, iterators, limits};

/// The numbers from `start` to before `stop`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Range {
    start: i64,
    stop: i64,
    step: i64,
}

/// The function `range`.
pub(super) fn function() -> Value {
    Value::function("range", |_, args| range(args))
}

fn range(args: Args) -> Result<Value> {
    let ([first], [stop, step]) = args.bind_places::<1, 2>("range")?;
    let first = integer_index(&first)?;
    let step = step.as_ref().map(integer_index).transpose()?.unwrap_or(1);
    if step == 0 {
        return Err(Error::new(Kind::Compilation, "the third argument of `range()` must not be zero"));
    }
    let range = match stop {
        Some(stop) => Range { start: first, stop: integer_index(&stop)?, step },
        None => Range { start: 0, stop: first, step },
    };
    if range.len() > limits::RANGE_MAX {
        let message = format!("a range may have at most {} elements", limits::RANGE_MAX);
        return Err(Error::new(Kind::Budget, message));
    }
    Ok(Value::object(range))
}

impl Range {
    /// How many numbers it holds.
    pub(in super::super) fn len(&self) -> usize {
        let (start, stop, step) = (i128::from(self.start), i128::from(self.stop), i128::from(self.step));
        let distance = if step > 0 { stop - start } else { start - stop };
        usize::try_from((distance + step.abs() - 1).max(0) / step.abs()).unwrap_or(usize::MAX)
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn numbers(self) -> impl DoubleEndedIterator<Item = Value> {
        (0..self.len()).map(move |place| Value::Int(self.start + place as i64 * self.step))
    }

    /// The numbers from the last to the first.
    pub(in super::super) fn reversed(self) -> Value {
        iterators::lazy("range_iterator", self.numbers().rev().map(Ok))
    }

    /// Whether a number is in it; `None` when the value is no integer and has to be compared one by one.
    pub(in super::super) fn contains(self, value: &Value) -> Option<bool> {
        let number = i128::from(value.as_int()?);
        let (start, stop, step) = (i128::from(self.start), i128::from(self.stop), i128::from(self.step));
        let within = if step > 0 { start <= number && number < stop } else { stop < number && number <= start };
        Some(within && (number - start) % step == 0)
    }

    /// A part of it, which is a range again.
    pub(in super::super) fn slice(self, bounds: &Bounds) -> Value {
        let at = |place: i64| self.start.saturating_add(place.saturating_mul(self.step));
        Value::object(Self {
            start: at(bounds.start),
            stop: at(bounds.stop),
            step: self.step.saturating_mul(bounds.step),
        })
    }
}

impl Object for Range {
    fn type_name(&self) -> &'static str {
        "range"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "start" => Some(Value::Int(self.start)),
            "stop" => Some(Value::Int(self.stop)),
            "step" => Some(Value::Int(self.step)),
            _ => None,
        }
    }

    fn item(&self, key: &Value) -> Option<Value> {
        let place = crate::transform::jinja::operators::place(key, self.len())?;
        Some(Value::Int(self.start + place as i64 * self.step))
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        Some(self.numbers().collect())
    }

    fn is_iterable(&self) -> bool {
        true
    }

    fn length(&self) -> Option<usize> {
        Some(self.len())
    }

    fn display(&self) -> String {
        match self.step {
            1 => format!("range({}, {})", self.start, self.stop),
            step => format!("range({}, {}, {step})", self.start, self.stop),
        }
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        let other = other.downcast::<Self>()?;
        let same_steps = self.len() < 2 || self.step == other.step;
        Some(self.len() == other.len() && (self.is_empty() || (self.start == other.start && same_steps)))
    }

    fn hash(&self) -> Option<u64> {
        Some(self.len() as u64)
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "count" | "index")
    }

    fn call_method(
        &self,
        _interpreter: &mut crate::transform::jinja::Interpreter<'_>,
        name: &str,
        args: Args,
    ) -> Option<Result<Value>> {
        if !self.has_method(name) {
            return None;
        }
        let answer = || -> Result<Value> {
            let ([value], []) = args.bind_places::<1, 0>(name)?;
            let place = self.numbers().position(|number| crate::transform::jinja::operators::equal(&number, &value));
            match (name, place) {
                ("count", place) => Ok(Value::Int(i64::from(place.is_some()))),
                (_, Some(place)) => Ok(Value::Int(place as i64)),
                (_, None) => Err(Error::new(Kind::Compilation, format!("{} is not in the range", value.repr()))),
            }
        };
        Some(answer())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
