//! One search, and what it costs: counted in steps, so that a template stops at the same place on every machine.
//!
//! A plain pattern takes time with the bytes that are looked at; an automaton beside the engine counts them. One that
//! looks around or back is searched for by backtracking: with few steps allowed, then with more, each paid for.

use std::sync::OnceLock;

use fancy_regex::{Captures, CompileError, Regex, RegexBuilder, RuntimeError};
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::{Anchored, util::start};

use super::translate::invalid;
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::limits;

/// How often the engine may backtrack in one attempt, and how many elements looked at that is worth.
const ATTEMPTS: [(usize, usize); 3] = [(256, 64), (16_384, 8_192), (1_000_000, 1_000_000)];

/// The bytes that the automaton looks at in the time of one element.
const BYTES_PER_ELEMENT: usize = 4;

/// How large a compiled pattern may be, in bytes and in the steps of the engine that backtracks.
const COMPILED_BYTES_MAX: usize = 4 << 20;
const COMPILED_STEPS_MAX: usize = 50_000;

/// A pattern that is ready to be searched for.
pub(super) struct Search {
    pattern: String,
    // The first attempt's, and those of the others once they are needed.
    first: Regex,
    others: [OnceLock<Regex>; 2],
    counting: OnceLock<Option<DFA>>,
}

impl Search {
    pub(super) fn new(pattern: String) -> Result<Self> {
        let first = build(&pattern, ATTEMPTS[0].0)?;
        Ok(Self { pattern, first, others: [OnceLock::new(), OnceLock::new()], counting: OnceLock::new() })
    }

    pub(super) fn names(&self) -> impl Iterator<Item = Option<&str>> {
        self.first.capture_names()
    }

    /// How many groups there are, with the whole match.
    pub(super) fn groups(&self) -> usize {
        self.first.captures_len()
    }

    /// The first match at `position` or behind it.
    pub(super) fn find<'t>(
        &self,
        text: &'t str,
        position: usize,
        counter: &mut Counter<'_>,
    ) -> Result<Option<Captures<'t, str>>> {
        counter.count(text, position)?;
        for (attempt, (_, elements)) in ATTEMPTS.into_iter().enumerate() {
            limits::work(if counter.automaton.is_some() { 1 } else { elements })?;
            match self.attempt(attempt)?.captures_from_pos(text, position) {
                Ok(found) => return Ok(found),
                Err(error) if !gave_up(&error) || attempt + 1 == ATTEMPTS.len() => return Err(too_hard(&error)),
                Err(_) => {}
            }
        }
        Ok(None)
    }

    /// Counts what the searches of one call look at.
    pub(super) fn counter(&self) -> Counter<'_> {
        let automaton = self.counting.get_or_init(|| DFA::new(&self.pattern).ok()).as_ref();
        Counter { automaton: automaton.map(|automaton| (automaton, automaton.create_cache())) }
    }

    fn attempt(&self, attempt: usize) -> Result<&Regex> {
        let Some(place) = attempt.checked_sub(1).map(|place| &self.others[place]) else { return Ok(&self.first) };
        if let Some(built) = place.get() {
            return Ok(built);
        }
        let built = build(&self.pattern, ATTEMPTS[attempt].0)?;
        Ok(place.get_or_init(|| built))
    }
}

/// What searches look at, for patterns that need no backtracking.
pub(super) struct Counter<'s> {
    automaton: Option<(&'s DFA, Cache)>,
}

impl Counter<'_> {
    fn count(&mut self, text: &str, position: usize) -> Result<()> {
        let Some((automaton, cache)) = &mut self.automaton else { return Ok(()) };
        limits::work(looked_at(automaton, cache, text.as_bytes(), position) / BYTES_PER_ELEMENT)
    }
}

// How many bytes a search looks at until it knows its match. What the automaton cannot tell counts to the end.
fn looked_at(automaton: &DFA, cache: &mut Cache, text: &[u8], position: usize) -> usize {
    let rest = text.len() - position;
    let before = position.checked_sub(1).map(|before| text[before]);
    let begin = start::Config::new().anchored(Anchored::No).look_behind(before);
    let Ok(mut state) = automaton.start_state(cache, &begin) else { return rest };
    for (count, &byte) in text[position..].iter().enumerate() {
        match automaton.next_state(cache, state, byte) {
            Ok(next) if next.is_dead() => return count + 1,
            Ok(next) if next.is_quit() => return rest,
            Ok(next) => state = next,
            Err(_) => return rest,
        }
    }
    rest
}

fn build(pattern: &str, backtracks: usize) -> Result<Regex> {
    let built = RegexBuilder::new(pattern)
        .backtrack_limit(backtracks)
        .delegate_size_limit(COMPILED_BYTES_MAX)
        .max_prog_size(COMPILED_STEPS_MAX)
        .build();
    built.map_err(|error| match &error {
        fancy_regex::Error::CompileError(inner) if is_too_large(inner) => {
            Error::new(Kind::Budget, "a regular expression is too large once its repetitions are written out")
                .hint("repeat fewer times: `{1000}` of `{1000}` is a million")
        }
        _ => invalid(&error.to_string()),
    })
}

fn is_too_large(error: &CompileError) -> bool {
    match error {
        CompileError::PatternTooComplex => true,
        CompileError::InnerError(inner) => inner.size_limit().is_some(),
        _ => false,
    }
}

fn gave_up(error: &fancy_regex::Error) -> bool {
    matches!(error, fancy_regex::Error::RuntimeError(RuntimeError::BacktrackLimitExceeded))
}

fn too_hard(error: &fancy_regex::Error) -> Error {
    Error::new(Kind::Budget, format!("a regular expression took too long to match: {error}"))
        .hint("write the pattern so that it has fewer ways to match the same text")
}
