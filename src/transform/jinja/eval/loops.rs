//! `{% for %}` and its `loop`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::super::ast::For;
use super::super::{Args, List, Object, Value, operators};
use super::Interpreter;
use super::statements::Flow;
use crate::error::{Error, Kind, Result};

impl Interpreter<'_> {
    pub(super) fn for_loop(&mut self, node: &Arc<For>) -> Result<()> {
        let iterable = self.evaluate_expression(&node.iterable)?;
        if node.recursive {
            self.let_go(&node.cells);
            self.renew(&node.cells);
            let ((), buffer) = self.captured(|interpreter| interpreter.iterate(node, &iterable, 0))?;
            let text = Value::Str(self.maps.capture(buffer, None));
            return self.put(text, node.iterable.span);
        }
        self.iterate(node, &iterable, 0)
    }

    fn iterate(&mut self, node: &Arc<For>, iterable: &Value, depth: usize) -> Result<()> {
        let items = Items::of(iterable).map_err(|error| {
            let error = self.undefined(&node.iterable, iterable, error);
            self.locate(error, node.iterable.span)
        })?;
        let items = if node.looks_ahead && node.condition.is_some() { self.filtered(node, items)? } else { items };
        let filters_now = node.condition.is_some() && !node.looks_ahead;
        let state = node.loop_slot.map(|slot| {
            let length = if filters_now { None } else { Some(items.len()) };
            let object = Arc::new(Loop {
                state: Mutex::new(State { length, depth, ..State::default() }),
                recursion: node.recursive.then(|| (node.clone(), self.base)),
            });
            (slot, object)
        });
        // As in Jinja2, `else` runs unless the body came to its end once.
        let mut completed = false;
        let mut position = 0;
        while let Some(item) = items.get(position) {
            position += 1;
            self.step().map_err(|error| self.locate(error, node.iterable.span))?;
            self.assign(&node.target, item.clone())?;
            if filters_now && !self.condition(node)? {
                continue;
            }
            if let Some((slot, object)) = &state {
                object.advance(item, items.get(position));
                self.set_variable(*slot, Value::Object(object.clone()));
            }
            self.load(&node.body.loads);
            match self.run_body(&node.body)? {
                Flow::Next => completed = true,
                Flow::Continue => {}
                Flow::Break => break,
            }
        }
        self.unload(&node.body.leaves);
        if !completed {
            self.load(&node.otherwise.loads);
            self.run_body(&node.otherwise)?;
            self.unload(&node.otherwise.leaves);
        }
        Ok(())
    }

    fn condition(&mut self, node: &For) -> Result<bool> {
        match &node.condition {
            Some(condition) => self.truth(condition),
            None => Ok(true),
        }
    }

    // All items that pass the condition, when the body asks how many are still to come.
    fn filtered(&mut self, node: &For, items: Items) -> Result<Items> {
        let mut kept = Vec::new();
        let mut position = 0;
        while let Some(item) = items.get(position) {
            position += 1;
            self.step()?;
            self.assign(&node.target, item.clone())?;
            if self.condition(node)? {
                kept.push(item);
            }
        }
        Ok(Items::Fixed(kept))
    }

    // `loop(children)`: the loop again, one level deeper, in the same variables.
    fn recurse(&mut self, node: &Arc<For>, iterable: &Value, depth: usize) -> Result<Value> {
        self.meter.depth(self.running.len() + depth)?;
        let range = self.base + node.slots.start as usize..self.base + node.slots.end as usize;
        let saved = self.stack[range.clone()].to_vec();
        self.renew(&node.cells);
        let result = self.captured(|interpreter| interpreter.iterate(node, iterable, depth));
        self.let_go(&node.cells);
        self.stack[range].clone_from_slice(&saved);
        let ((), buffer) = result?;
        Ok(Value::Str(self.maps.capture(buffer, None)))
    }
}

/// What a loop goes over. A list is read as it goes, since the body may change it, as in Python.
enum Items {
    Live(List),
    Fixed(Vec<Value>),
}

impl Items {
    fn of(iterable: &Value) -> Result<Self> {
        match iterable {
            Value::List(list) => Ok(Self::Live(list.clone())),
            Value::Undefined(_) => Ok(Self::Fixed(Vec::new())),
            other => operators::iterate(other).map(Self::Fixed),
        }
    }

    fn get(&self, index: usize) -> Option<Value> {
        match self {
            Self::Live(list) => list.lock().get(index).cloned(),
            Self::Fixed(items) => items.get(index).cloned(),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Live(list) => list.len(),
            Self::Fixed(items) => items.len(),
        }
    }
}

struct Loop {
    state: Mutex<State>,
    recursion: Option<(Arc<For>, usize)>,
}

#[derive(Default)]
struct State {
    // Counts from 1; 0 before the first item.
    index: usize,
    length: Option<usize>,
    depth: usize,
    previous: Option<Value>,
    current: Option<Value>,
    next: Option<Value>,
    changed: Option<Vec<Value>>,
}

impl Loop {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn advance(&self, item: Value, next: Option<Value>) {
        let mut state = self.state();
        state.index += 1;
        state.previous = state.current.replace(item);
        state.next = next;
    }
}

impl Object for Loop {
    fn type_name(&self) -> &'static str {
        "LoopContext"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let state = self.state();
        let index = state.index as i64;
        let length = state.length.unwrap_or(state.index) as i64;
        Some(match name {
            "index" => Value::Int(index),
            "index0" => Value::Int(index - 1),
            "first" => Value::Bool(index == 1),
            "last" => Value::Bool(state.next.is_none()),
            "length" => Value::Int(length),
            "revindex" => Value::Int(length - index + 1),
            "revindex0" => Value::Int(length - index),
            "depth" => Value::Int(state.depth as i64 + 1),
            "depth0" => Value::Int(state.depth as i64),
            "previtem" => {
                let nothing = || Value::Undefined("there is no previous item".into());
                state.previous.clone().unwrap_or_else(nothing)
            }
            "nextitem" => state.next.clone().unwrap_or_else(|| Value::Undefined("there is no next item".into())),
            _ => return None,
        })
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "cycle" | "changed")
    }

    fn call_method(&self, _interpreter: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        let mut state = self.state();
        match name {
            "cycle" if args.positional.is_empty() => {
                Some(Err(Error::new(Kind::Compilation, "`loop.cycle` takes the values to cycle through")))
            }
            "cycle" => Some(Ok(args.positional[state.index.saturating_sub(1) % args.positional.len()].clone())),
            "changed" => {
                let same = state.changed.as_ref().is_some_and(|before| {
                    before.len() == args.positional.len()
                        && before.iter().zip(&args.positional).all(|(a, b)| operators::equal(a, b))
                });
                if !same {
                    state.changed = Some(args.positional);
                }
                Some(Ok(Value::Bool(!same)))
            }
            _ => None,
        }
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn call(&self, interpreter: &mut Interpreter<'_>, mut args: Args) -> Option<Result<Value>> {
        let Some((node, base)) = &self.recursion else {
            let error = Error::new(Kind::Compilation, "only a recursive loop can be called")
                .hint("write `{% for ... in ... recursive %}`");
            return Some(Err(error));
        };
        if interpreter.base != *base {
            return Some(Err(Error::new(Kind::Compilation, "`loop` can be called in its own template or macro only")));
        }
        let depth = self.state().depth + 1;
        match args.positional.pop() {
            Some(iterable) if args.positional.is_empty() => Some(interpreter.recurse(node, &iterable, depth)),
            _ => Some(Err(Error::new(Kind::Compilation, "`loop` takes the items to go over"))),
        }
    }

    fn length(&self) -> Option<usize> {
        self.state().length
    }

    fn truth(&self) -> bool {
        self.length() != Some(0)
    }

    fn display(&self) -> String {
        let state = self.state();
        format!("<LoopContext {}/{}>", state.index, state.length.unwrap_or(state.index))
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}
