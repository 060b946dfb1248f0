//! A compiled pattern and its methods.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use fancy_regex::Captures;

use super::matched::Match;
use super::replacement::Replacement;
use super::search::Search;
use super::translate;
use crate::error::Result;
use crate::transform::jinja::methods::{expect_text, invoke};
use crate::transform::jinja::operators::{Bounds, integer_index};
use crate::transform::jinja::{Args, Interpreter, Object, Value, iterators, limits};

/// How many patterns are kept compiled, and how long a kept one may be.
const KEPT_MAX: usize = 256;
const KEPT_BYTES_MAX: usize = 1000;

/// A compiled pattern.
#[derive(Clone)]
pub(super) struct Pattern(Arc<Compiled>);

pub(super) struct Compiled {
    source: String,
    flags: i64,
    /// In the engine's own syntax.
    translated: String,
    search: Search,
    start: OnceLock<Search>,
    whole: OnceLock<Search>,
}

impl Pattern {
    pub(super) fn new(source: &str, flags: i64) -> Result<Self> {
        static KEPT: LazyLock<Mutex<HashMap<(String, i64), Pattern>>> = LazyLock::new(Mutex::default);
        let key = (source.to_owned(), flags);
        if let Some(kept) = KEPT.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(kept.clone());
        }
        let (translated, flags) = translate::translated(source, flags)?;
        let compiled = Compiled {
            source: source.to_owned(),
            flags,
            search: Search::new(translated.clone())?,
            translated,
            start: OnceLock::new(),
            whole: OnceLock::new(),
        };
        let pattern = Self(Arc::new(compiled));
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        if source.len() <= KEPT_BYTES_MAX {
            kept.insert(key, pattern.clone());
        }
        Ok(pattern)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = Option<&str>> {
        self.0.search.names()
    }

    fn groups(&self) -> usize {
        self.0.search.groups() - 1
    }

    /// The pattern at the start of a text, for `match` and `fullmatch`.
    fn anchored(&self, whole: bool) -> Result<&Search> {
        let (place, end) = if whole { (&self.0.whole, "\\z") } else { (&self.0.start, "") };
        if let Some(built) = place.get() {
            return Ok(built);
        }
        // The line end closes a comment of a verbose pattern.
        let line_end = if self.0.flags & translate::VERBOSE == 0 { "" } else { "\n" };
        let built = Search::new(format!("\\A(?:{}{line_end}){end}", self.0.translated))?;
        Ok(place.get_or_init(|| built))
    }

    pub(super) fn method(&self, interpreter: &mut Interpreter<'_>, name: &str, args: Args) -> Result<Value> {
        match name {
            "sub" | "subn" => {
                let ([replacement, string], [count]) = args.bind(name, ["repl", "string"], ["count"])?;
                let count = count.as_ref().map_or(Ok(0), integer_index)?;
                let (text, count) = self.substitute(interpreter, &replacement, &string, count)?;
                Ok(if name == "sub" { text } else { Value::tuple([text, Value::Int(count)]) })
            }
            "split" => {
                let ([string], [most]) = args.bind(name, ["string"], ["maxsplit"])?;
                self.split(expect_text(&string)?, most.as_ref().map_or(Ok(0), integer_index)?)
            }
            _ => {
                let ([string], [start, stop]) = args.bind(name, ["string"], ["pos", "endpos"])?;
                let text: Arc<str> = Arc::from(expect_text(&string)?);
                let (from, to) = window(&text, start.as_ref(), stop.as_ref())?;
                match name {
                    "findall" => self.find_all(&text, from, to),
                    "finditer" => {
                        let found = self.matches(&text, from, to)?;
                        let found = found.into_iter().map(Value::object).map(Ok).collect::<Vec<_>>();
                        Ok(iterators::lazy("callable_iterator", found.into_iter()))
                    }
                    _ => {
                        let regex = match name {
                            "search" => &self.0.search,
                            _ => self.anchored(name == "fullmatch")?,
                        };
                        let captures = regex.find(&text[from..to], 0, &mut regex.counter())?;
                        Ok(captures.map_or(Value::None, |captures| {
                            Value::object(Match::new(self.clone(), text.clone(), &captures, from))
                        }))
                    }
                }
            }
        }
    }

    // All matches from left to right; after an empty one the search goes on one character later.
    fn matches(&self, text: &Arc<str>, from: usize, to: usize) -> Result<Vec<Match>> {
        let mut found = Vec::new();
        self.each(&text[from..to], 0, |captures| {
            limits::items((found.len() + 1) * captures.len())?;
            found.push(Match::new(self.clone(), text.clone(), captures, from));
            Ok(())
        })?;
        Ok(found)
    }

    fn each(&self, text: &str, most: i64, mut on_match: impl FnMut(&Captures<'_, str>) -> Result<()>) -> Result<()> {
        let mut counter = self.0.search.counter();
        let mut position = 0;
        let mut count = 0;
        let mut empty_at = None;
        while position <= text.len() && (most <= 0 || count < most) {
            let Some(captures) = self.0.search.find(text, position, &mut counter)? else { break };
            let (start, end) = captures.get(0).map_or((0, 0), |whole| (whole.start(), whole.end()));
            if start == end && empty_at == Some(end) {
                position = next_character(text, position);
                empty_at = None;
                continue;
            }
            on_match(&captures)?;
            count += 1;
            empty_at = (start == end).then_some(end);
            position = end;
        }
        Ok(())
    }

    fn find_all(&self, text: &Arc<str>, from: usize, to: usize) -> Result<Value> {
        let groups = self.groups();
        let mut found = Vec::new();
        self.each(&text[from..to], 0, |captures| {
            limits::items((found.len() + 1) * captures.len())?;
            let group = |index: usize| Value::str(captures.get(index).map_or("", |group| group.as_str()));
            found.push(match groups {
                0 => group(0),
                1 => group(1),
                _ => Value::tuple((1..=groups).map(group)),
            });
            Ok(())
        })?;
        Ok(Value::list(found))
    }

    fn split(&self, text: &str, most: i64) -> Result<Value> {
        let groups = self.groups();
        let mut parts = Vec::new();
        let mut last = 0;
        // A negative limit allows no split at all.
        if most >= 0 {
            self.each(text, most, |captures| {
                limits::items(parts.len() + groups + 1)?;
                let (start, end) = captures.get(0).map_or((0, 0), |whole| (whole.start(), whole.end()));
                parts.push(Value::str(&text[last..start]));
                parts.extend((1..=groups).map(|index| captures.get(index).map(|group| group.as_str()).into()));
                last = end;
                Ok(())
            })?;
        }
        parts.push(Value::str(&text[last..]));
        Ok(Value::list(parts))
    }

    fn substitute(
        &self,
        interpreter: &mut Interpreter<'_>,
        replacement: &Value,
        string: &Value,
        count: i64,
    ) -> Result<(Value, i64)> {
        let text: Arc<str> = Arc::from(expect_text(string)?);
        let template = match replacement {
            Value::Str(template) => Some(Replacement::parse(template, self)?),
            _ => None,
        };
        let mut out = String::with_capacity(text.len());
        let (mut last, mut done) = (0, 0);
        if count >= 0 {
            self.each(&text, count, |captures| {
                let (start, end) = captures.get(0).map_or((0, 0), |whole| (whole.start(), whole.end()));
                out.push_str(&text[last..start]);
                if let Some(template) = &template {
                    template.expand(captures, &mut out);
                } else {
                    let found = Value::object(Match::new(self.clone(), text.clone(), captures, 0));
                    let replaced = invoke(interpreter, replacement, Args::positional([found]))?;
                    out.push_str(expect_text(&replaced)?);
                }
                limits::text(out.len())?;
                last = end;
                done += 1;
                Ok(())
            })?;
        }
        out.push_str(&text[last..]);
        Ok((Value::from(out), done))
    }
}

fn next_character(text: &str, position: usize) -> usize {
    position + text[position..].chars().next().map_or(1, char::len_utf8)
}

// The part of the text that `pos` and `endpos` leave, in bytes.
fn window(text: &str, start: Option<&Value>, stop: Option<&Value>) -> Result<(usize, usize)> {
    if start.is_none() && stop.is_none() {
        return Ok((0, text.len()));
    }
    let none = Value::None;
    let length = text.chars().count();
    let clamp = |value: Option<&Value>| -> Result<Value> {
        value.map_or(Ok(Value::None), |value| Ok(Value::Int(integer_index(value)?.max(0))))
    };
    let bounds = Bounds::new(&clamp(start)?, &clamp(stop)?, &none, length)?;
    let offset = |place: i64| {
        let place = usize::try_from(place).unwrap_or(0);
        text.char_indices().nth(place).map_or(text.len(), |(offset, _)| offset)
    };
    let from = offset(bounds.start);
    Ok((from, offset(bounds.stop).max(from)))
}

impl Object for Pattern {
    fn type_name(&self) -> &'static str {
        "Pattern"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "pattern" => Some(Value::str(&self.0.source)),
            "flags" => Some(Value::Int(self.0.flags | if self.0.flags & translate::ASCII == 0 { 32 } else { 0 })),
            "groups" => Some(Value::Int(self.groups() as i64)),
            "groupindex" => {
                let names = self.names().enumerate();
                Some(Value::dict(names.filter_map(|(index, name)| Some((name?, Value::Int(index as i64))))))
            }
            _ => None,
        }
    }

    fn has_method(&self, name: &str) -> bool {
        super::METHODS.contains(&name)
    }

    fn call_method(&self, interpreter: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        self.has_method(name).then(|| self.method(interpreter, name, args))
    }

    fn display(&self) -> String {
        format!("re.compile({})", Value::str(&self.0.source).repr())
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        let other = other.downcast::<Self>();
        Some(other.is_some_and(|other| self.0.source == other.0.source && self.0.flags == other.0.flags))
    }

    fn hash(&self) -> Option<u64> {
        Some(self.0.source.len() as u64)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
