//! [`Item`] over JSON bytes: a flat tape of nodes in the order of the text, never a tree.
//!
//! An error says the file, the line and the column in bytes.

use super::extract::files::Constant;
use super::extract::http::look::{Step, at};
use super::extract::json_tape;
use super::item::{Elements, Entries, Item, Key, Scratch, View};
use super::long_integers::LongIntegers;
use super::normalize::{RootTable, Sink};
use super::with_constants::With;
use crate::error::{Error, Kind, Place, Result};
use crate::schema::types::Scalar;
use simd_json::StaticNode;
use simd_json::tape::{Node, Tape};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A document up to this size is kept until it is parsed, for the slower parser that reads more.
const AGAIN_MAX: usize = 64 << 20;

/// Where a block of lines comes from.
#[derive(Clone, Debug)]
pub struct Lines {
    pub file: PathBuf,
    /// The number of the block's first line, counted from 1.
    pub first_line: u64,
}

/// A node of a tape, with the nodes below it.
#[derive(Clone, Copy)]
pub struct JsonItem<'t> {
    nodes: &'t [Node<'t>],
    at: usize,
    long: &'t LongIntegers,
}

pub struct JsonObject<'t> {
    nodes: &'t [Node<'t>],
    at: usize,
    left: usize,
    long: &'t LongIntegers,
}

pub struct JsonList<'t> {
    nodes: &'t [Node<'t>],
    at: usize,
    left: usize,
    long: &'t LongIntegers,
}

impl<'t> JsonItem<'t> {
    // The value that a whole tape holds.
    fn whole(tape: &'t Tape<'t>, long: &'t LongIntegers) -> Self {
        Self { nodes: &tape.0, at: 0, long }
    }
}

fn after(nodes: &[Node<'_>], at: usize) -> usize {
    match nodes[at] {
        Node::Object { count, .. } | Node::Array { count, .. } => at + count + 1,
        Node::String(_) | Node::Static(_) => at + 1,
    }
}

impl<'t> Item for JsonItem<'t> {
    type Object = JsonObject<'t>;
    type List = JsonList<'t>;

    fn view<'a>(&'a self, scratch: &'a mut Scratch) -> Result<View<'a, Self>> {
        Ok(match self.nodes[self.at] {
            Node::String(text) => View::Scalar(Scalar::Text(text)),
            Node::Object { len, .. } => {
                View::Object(JsonObject { nodes: self.nodes, at: self.at + 1, left: len, long: self.long })
            }
            Node::Array { len, .. } => {
                View::List(JsonList { nodes: self.nodes, at: self.at + 1, left: len, long: self.long })
            }
            Node::Static(StaticNode::Null) => View::Null,
            Node::Static(StaticNode::Bool(flag)) => View::Scalar(Scalar::Bool(flag)),
            Node::Static(StaticNode::I64(number)) => View::Scalar(Scalar::Bigint(number)),
            Node::Static(StaticNode::F64(number)) => match self.long.at(self.at) {
                Some(digits) => View::Scalar(Scalar::BigInteger(digits)),
                None => View::Scalar(Scalar::Double(number)),
            },
            Node::Static(StaticNode::U64(number)) => {
                if let Ok(number) = i64::try_from(number) {
                    View::Scalar(Scalar::Bigint(number))
                } else {
                    scratch.text = number.to_string();
                    View::Scalar(Scalar::BigInteger(&scratch.text))
                }
            }
        })
    }
}

impl<'t> Entries for JsonObject<'t> {
    type Key = &'t str;
    type Item = JsonItem<'t>;

    fn next_entry(&mut self) -> Result<Option<(&'t str, JsonItem<'t>)>> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let Node::String(key) = self.nodes[self.at] else {
            return Err(Error::internal("a key of a JSON object is not text"));
        };
        let value = JsonItem { nodes: self.nodes, at: self.at + 1, long: self.long };
        self.at = after(self.nodes, self.at + 1);
        Ok(Some((key, value)))
    }
}

impl<'t> Elements for JsonList<'t> {
    type Item = JsonItem<'t>;

    fn next_element(&mut self) -> Result<Option<JsonItem<'t>>> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let value = JsonItem { nodes: self.nodes, at: self.at, long: self.long };
        self.at = after(self.nodes, self.at);
        Ok(Some(value))
    }
}

impl Key for &str {
    fn text(&self) -> Result<Cow<'_, str>> {
        Ok(Cow::Borrowed(self))
    }
}

/// A line that is not JSON.
pub struct BrokenLine<'b> {
    /// Counted from 1.
    pub line: u64,
    /// Where it begins among the bytes that were given.
    pub start: usize,
    pub text: &'b [u8],
    pub error: Error,
}

/// Flattens whole lines of JSON, each one item (or a list of items), and returns how many items there were.
///
/// Blank lines are passed over.
pub fn lines(sink: &mut impl Sink, root: RootTable, bytes: &[u8], place: &Lines) -> Result<u64> {
    lines_with(sink, root, bytes, place, &[], &mut |broken| Err(broken.error))
}

/// Flattens lines like [`lines`]; rows get `constants`, and `on_broken` says whether to go on after a broken line.
pub fn lines_with(
    sink: &mut impl Sink,
    root: RootTable,
    bytes: &[u8],
    place: &Lines,
    constants: &[(String, Constant)],
    on_broken: &mut dyn FnMut(BrokenLine<'_>) -> Result<()>,
) -> Result<u64> {
    let mut buffers = simd_json::Buffers::default();
    let mut long = LongIntegers::default();
    // The parser overwrites what it reads.
    let mut copy = Vec::new();
    let mut spare = Tape::null();
    let mut rest = bytes;
    let mut line = place.first_line;
    let mut items = 0;
    while !rest.is_empty() {
        let begin = bytes.len() - rest.len();
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |newline| newline + 1);
        let (text, after) = rest.split_at(end);
        rest = after;
        let start = if line == 1 && text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let text = &text[start..];
        if !text.iter().all(u8::is_ascii_whitespace) {
            let here = || Place::at(&place.file, u32::try_from(line).unwrap_or(u32::MAX), 0);
            long.before(text);
            copy.clear();
            copy.extend_from_slice(text);
            let mut tape = spare.reset();
            match parse_line(&mut copy, &mut buffers, &mut tape, start) {
                Ok(()) => {
                    long.after(&tape.0);
                    items += add_all(sink, root, JsonItem::whole(&tape, &long), constants)
                        .map_err(|error| error.at(here()))?;
                }
                Err(fault) => {
                    let mut again = text.to_vec();
                    if let Some((read, digits)) = json_tape::read(&mut again) {
                        long.are(digits);
                        items += add_all(sink, root, JsonItem::whole(&read, &long), constants)
                            .map_err(|error| error.at(here()))?;
                        spare = tape.reset();
                        line += 1;
                        continue;
                    }
                    on_broken(BrokenLine { line, start: begin + start, text, error: fault.into_error(here()) })?;
                }
            }
            spare = tape.reset();
        }
        line += 1;
    }
    Ok(items)
}

/// Flattens one JSON document: the elements of a list at `path`, or the one value that stands there; of null nothing.
pub fn document(
    sink: &mut impl Sink,
    root: RootTable,
    bytes: &mut [u8],
    file: &Path,
    path: &[Step],
    constants: &[(String, Constant)],
) -> Result<u64> {
    let start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let bytes = &mut bytes[start..];
    // The bytes are overwritten by the parser, so the lines are counted first.
    let newlines: Vec<usize> = memchr::memchr_iter(b'\n', bytes).collect();
    let mut buffers = simd_json::Buffers::default();
    let mut tape = Tape::null();
    let mut long = LongIntegers::default();
    long.before(bytes);
    let copy = (bytes.len() <= AGAIN_MAX).then(|| bytes.to_vec());
    let parsed = parse(bytes, &mut buffers, &mut tape, 0);
    if parsed.is_err()
        && let Some(mut copy) = copy
        && let Some((read, digits)) = json_tape::read(&mut copy)
    {
        long.are(digits);
        return at_path(sink, root, &read, &long, path, constants).map_err(|error| error.at(Place::file(file)));
    }
    parsed.map_err(|fault| {
        let line = newlines.partition_point(|newline| *newline < fault.at);
        let line_start = line.checked_sub(1).map_or(0, |before| newlines[before] + 1);
        let place = Place::at(file, u32::try_from(line + 1).unwrap_or(u32::MAX), 0);
        Fault { at: fault.at - line_start, ..fault }.into_error(place)
    })?;
    long.after(&tape.0);
    at_path(sink, root, &tape, &long, path, constants).map_err(|error| error.at(Place::file(file)))
}

/// Flattens what stands at a path of one JSON document: the elements of a list, or the one value that it is; of null nothing.
/// Rows get `constants`, which only objects can take.
pub fn below(
    sink: &mut impl Sink,
    root: RootTable,
    bytes: &[u8],
    path: &[Step],
    constants: &[(String, Constant)],
) -> Result<u64> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // The parser overwrites what it reads, and the answer may be asked for its text later.
    let (mut copy, mut again);
    let mut buffers = simd_json::Buffers::default();
    let mut tape = Tape::null();
    let mut long = LongIntegers::default();
    long.before(text);
    copy = text.to_vec();
    match simd_json::fill_tape(&mut copy, &mut buffers, &mut tape) {
        Ok(()) => long.after(&tape.0),
        Err(error) => {
            again = text.to_vec();
            let (read, digits) = json_tape::read(&mut again)
                .ok_or_else(|| Error::new(Kind::Data, format!("this is not JSON: {}", describe(error.error()))))?;
            tape = read;
            long.are(digits);
        }
    }
    if !constants.is_empty() && !holds_objects(&tape, path) {
        return Err(Error::new(Kind::Data, "a record is no object, so it cannot take fields of its parent"));
    }
    at_path(sink, root, &tape, &long, path, constants)
}

fn holds_objects(tape: &Tape<'_>, path: &[Step]) -> bool {
    let Some(node) = at(tape, path) else { return true };
    let Node::Array { len, .. } = tape.0[node] else { return matches!(tape.0[node], Node::Object { .. }) };
    let mut element = node + 1;
    (0..len).all(|_| {
        let this = element;
        element = after(&tape.0, element);
        matches!(tape.0[this], Node::Object { .. })
    })
}

fn at_path(
    sink: &mut impl Sink,
    root: RootTable,
    tape: &Tape<'_>,
    long: &LongIntegers,
    path: &[Step],
    constants: &[(String, Constant)],
) -> Result<u64> {
    match at(tape, path) {
        Some(node) if !path.is_empty() && matches!(tape.0[node], Node::Static(StaticNode::Null)) => Ok(0),
        Some(node) => add_all(sink, root, JsonItem { nodes: &tape.0, at: node, long }, constants),
        None => Err(Error::new(Kind::Data, "there is nothing at the data path of the document")),
    }
}

fn add_all(sink: &mut impl Sink, root: RootTable, item: JsonItem<'_>, constants: &[(String, Constant)]) -> Result<u64> {
    let mut add = |item: JsonItem<'_>| {
        if constants.is_empty() { sink.add(root, &item) } else { sink.add(root, &With::row(item, constants)) }
    };
    let Node::Array { len, .. } = item.nodes[item.at] else {
        add(item)?;
        return Ok(1);
    };
    let mut list = JsonList { nodes: item.nodes, at: item.at + 1, left: len, long: item.long };
    while let Some(element) = list.next_element()? {
        add(element)?;
    }
    Ok(len as u64)
}

struct Fault {
    what: String,
    /// Bytes before the fault.
    at: usize,
    text: Option<Arc<str>>,
}

impl Fault {
    fn into_error(self, mut place: Place) -> Error {
        place.column = u32::try_from(self.at + 1).unwrap_or(u32::MAX);
        place.line_text = self.text;
        Error::new(Kind::Data, format!("this is not JSON: {}", self.what))
            .at(place)
            .hint("each line of a JSON-lines file is one whole JSON value; nothing of this file was loaded")
    }
}

// With room behind the text the parser need not copy it once more.
fn parse_line<'t>(
    text: &'t mut Vec<u8>,
    buffers: &mut simd_json::Buffers,
    tape: &mut Tape<'t>,
    shift: usize,
) -> Result<(), Fault> {
    let length = text.len();
    text.resize(length + simd_json::INPUT_PADDING, 0);
    simd_json::fill_tape_padded(text, length, buffers, tape).map_err(|error| fault(&error, shift))
}

fn parse<'t>(
    text: &'t mut [u8],
    buffers: &mut simd_json::Buffers,
    tape: &mut Tape<'t>,
    shift: usize,
) -> Result<(), Fault> {
    simd_json::fill_tape(text, buffers, tape).map_err(|error| fault(&error, shift))
}

fn fault(error: &simd_json::Error, shift: usize) -> Fault {
    Fault { what: describe(error.error()), at: error.index() + shift, text: None }
}

fn describe(error: &simd_json::ErrorType) -> String {
    use simd_json::ErrorType as E;
    match error {
        E::ExpectedArrayComma | E::ExpectedArrayContent => "a list is not closed or lacks a comma".to_owned(),
        E::ExpectedObjectColon => "a `:` is missing after a key".to_owned(),
        E::ExpectedMapComma | E::ExpectedMapEnd | E::ExpectedObjectContent | E::ExpectedObjectKey => {
            "an object is not closed, lacks a comma, or has a key that is not text".to_owned()
        }
        E::InvalidNumber | E::ExpectedFloat | E::ExpectedInteger => {
            "a number is malformed, or has more than 4,300 digits".to_owned()
        }
        E::InvalidUtf8 => "the text is not UTF-8".to_owned(),
        E::InvalidUnicodeCodepoint | E::InvalidUnicodeEscape => "a `\\u` escape stands for no character".to_owned(),
        E::InvalidEscape => "an escape is not one that JSON has".to_owned(),
        E::UnterminatedString => "a text is not closed".to_owned(),
        E::TrailingData => "something follows the value".to_owned(),
        E::Eof => "the value is not complete".to_owned(),
        E::InternalError | E::Syntax => "a value is none that JSON has".to_owned(),
        other => format!("{other:?}")
            .chars()
            .flat_map(|c| if c.is_uppercase() { vec![' ', c.to_ascii_lowercase()] } else { vec![c] })
            .collect::<String>()
            .trim()
            .to_owned(),
    }
}
