//! YAML as dbt reads it: the rules of YAML 1.1, and the place of every value.
//!
//! The scanner is `saphyr-parser`; what a plain word means (`yes`, `0o17`, `2024-01-01`, `<<`) is decided in
//! `yaml_scalar`, as Python's safe loader decides it. Every value keeps where it stands, so that a later error can
//! point at it.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};
use serde_json::{Number, Value as Json};

use super::yaml_scalar;
use super::yaml_shift::Shifted;
pub use super::yaml_write::{write, write_indented};
use crate::error::{Error, Kind, Place, Result};
use crate::event::{self, Sink};

// An alias may repeat a tree many times over; a file that grows beyond this is an attack or a mistake.
const VALUES_MAX: usize = 500_000;
const DEPTH_MAX: usize = 200;

/// A parsed file with its text, for the places of its values.
#[derive(Clone, Debug)]
pub struct Document {
    pub path: PathBuf,
    pub text: Arc<str>,
    pub root: Yaml,
    pub(super) repeated: Vec<Repeated>,
}

/// A key that a mapping gives twice. The last one counts, as for dbt.
#[derive(Clone, Debug)]
pub(super) struct Repeated {
    pub(super) name: Arc<str>,
    pub(super) first: Mark,
    pub(super) again: Mark,
}

impl Document {
    /// Where `mark` stands, with the text of its line.
    pub fn place(&self, mark: Mark) -> Place {
        mark.place(&self.path, &self.text)
    }

    /// The place of a mark without the text of its line: for what is kept of every node.
    pub fn mark_of(&self, mark: Mark) -> Place {
        Place { length: mark.length.max(1), ..Place::at(&self.path, mark.line, mark.column) }
    }

    /// Warns of each key that is given twice in one mapping: the earlier value is lost.
    pub fn warn(&self, sink: &dyn Sink) {
        for Repeated { name, first, again } in &self.repeated {
            let (line, column) = (first.line, first.column);
            let message = format!(
                "{}: the key `{name}` is given twice; this one counts, and the one at {line}:{column} does not",
                self.place(*again)
            );
            sink.tell(event::Event::Named { name: "DuplicateYAMLKeysDeprecation", message });
        }
    }
}

/// Where a value begins: line and column count from 1, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mark {
    pub line: u32,
    pub column: u32,
    pub length: u32,
}

impl Mark {
    fn of(span: Span) -> Self {
        let same_line = span.start.line() == span.end.line();
        let length = if same_line { span.end.col().saturating_sub(span.start.col()) } else { 1 };
        Self { line: span.start.line() as u32, column: span.start.col() as u32 + 1, length: (length as u32).max(1) }
    }

    pub fn place(self, path: impl Into<PathBuf>, text: &str) -> Place {
        let line_text = text.lines().nth((self.line.max(1) - 1) as usize).map(Arc::from);
        Place { file: path.into(), line: self.line, column: self.column, length: self.length.max(1), line_text }
    }
}

/// A value and where it stands.
#[derive(Clone, Debug, Default)]
pub struct Yaml {
    pub data: Data,
    pub mark: Mark,
}

#[derive(Clone, Debug, Default)]
pub enum Data {
    #[default]
    Null,
    Bool(bool),
    /// Wide enough for what any setting holds; what JSON cannot hold becomes text there.
    Int(i128),
    Float(f64),
    Text(Arc<str>),
    /// A date or a timestamp, as Python prints it. It behaves as text.
    Date(Arc<str>),
    List(Vec<Yaml>),
    Map(IndexMap<Arc<str>, Entry>),
}

/// A value under a key, and where the key stands.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    pub key: Mark,
    pub value: Yaml,
}

impl Yaml {
    pub fn get(&self, key: &str) -> Option<&Yaml> {
        self.as_map()?.get(key).map(|entry| &entry.value)
    }

    /// The value under a key, unless it is null.
    pub fn given(&self, key: &str) -> Option<&Yaml> {
        self.get(key).filter(|value| !value.is_null())
    }

    pub fn as_map(&self) -> Option<&IndexMap<Arc<str>, Entry>> {
        if let Data::Map(map) = &self.data { Some(map) } else { None }
    }

    pub fn as_list(&self) -> Option<&[Yaml]> {
        if let Data::List(list) = &self.data { Some(list) } else { None }
    }

    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) | Data::Date(text) => Some(text),
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::List(_) | Data::Map(_) => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        if let Data::Bool(value) = self.data { Some(value) } else { None }
    }

    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// What the value is, in the words of a person who writes YAML.
    pub fn kind(&self) -> &'static str {
        match self.data {
            Data::Null => "nothing",
            Data::Bool(_) => "a true/false value",
            Data::Int(_) | Data::Float(_) => "a number",
            Data::Text(_) => "text",
            Data::Date(_) => "a date",
            Data::List(_) => "a list",
            Data::Map(_) => "a mapping",
        }
    }

    /// The value without places. Floats that JSON cannot hold become text (`inf`, `nan`).
    pub fn to_json(&self) -> Json {
        match &self.data {
            Data::Null => Json::Null,
            Data::Bool(value) => Json::Bool(*value),
            Data::Int(value) => match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(value), _) => Json::from(value),
                (Err(_), Ok(value)) => Json::from(value),
                (Err(_), Err(_)) => Json::String(value.to_string()),
            },
            Data::Float(value) => {
                Number::from_f64(*value).map_or_else(|| Json::String(value.to_string().to_lowercase()), Json::Number)
            }
            Data::Text(text) | Data::Date(text) => Json::String(text.to_string()),
            Data::List(list) => Json::Array(list.iter().map(Yaml::to_json).collect()),
            Data::Map(map) => {
                Json::Object(map.iter().map(|(key, entry)| (key.to_string(), entry.value.to_json())).collect())
            }
        }
    }

    fn count(&self) -> usize {
        1 + match &self.data {
            Data::List(list) => list.iter().map(Yaml::count).sum(),
            Data::Map(map) => map.values().map(|entry| entry.value.count()).sum(),
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) | Data::Date(_) => 0,
        }
    }
}

/// Reads one YAML document. An empty file is `Null`.
///
/// ```
/// use gristmill::transform::project::yaml::parse;
/// let file = parse("a.yml", "enabled: yes\nratio: 1.0\n")?;
/// assert_eq!(file.root.to_json(), serde_json::json!({"enabled": true, "ratio": 1.0}));
/// # Ok::<(), gristmill::Error>(())
/// ```
pub fn parse(path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> Result<Document> {
    let (path, text) = (path.into(), text.into());
    // dbt strips files before it reads them, and a block of text at the end sees it.
    // A byte order mark is no part of the text; a tab-only or blank file is no document.
    let mut shifted = Shifted::new(text.trim_end().trim_start_matches('\u{feff}'));
    let (root, repeated) = loop {
        let length = shifted.text().chars().count();
        let mut builder = Builder {
            path: &path,
            text: &text,
            shifted: &shifted,
            anchors: Vec::new(),
            values: 0,
            length,
            repeated: Vec::new(),
            refused: None,
        };
        match builder.document() {
            Ok(root) => break (root, builder.repeated),
            Err(error) => {
                let refused = builder.refused;
                if !refused.is_some_and(|refused| shifted.mend(&refused)) {
                    return Err(error);
                }
            }
        }
    };
    Ok(Document { path, text, root, repeated })
}

struct Builder<'a> {
    path: &'a PathBuf,
    // As it was written; what is scanned is the shifted text.
    text: &'a str,
    shifted: &'a Shifted<'a>,
    // Index is the scanner's number of the anchor, which counts from 1.
    anchors: Vec<Option<Yaml>>,
    values: usize,
    // In characters.
    length: usize,
    repeated: Vec<Repeated>,
    // What the scanner said, when it ended the document.
    refused: Option<ScanError>,
}

type Events<'a> = Parser<'a, StrInput<'a>>;

impl<'a> Builder<'a> {
    fn document(&mut self) -> Result<Yaml> {
        let mut events: Events<'a> = Parser::new_from_str(self.shifted.text());
        let mut root = None;
        loop {
            let (event, span) = self.next(&mut events)?;
            match event {
                Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
                Event::StreamEnd => return Ok(root.unwrap_or_default()),
                Event::Alias(_)
                | Event::Scalar(..)
                | Event::SequenceStart(..)
                | Event::SequenceEnd
                | Event::MappingStart(..)
                | Event::MappingEnd => {
                    if root.is_some() {
                        return Err(self
                            .error("the file holds more than one document", self.mark(span))
                            .hint("keep one document in a file: remove the line `---` between them"));
                    }
                    root = Some(self.value(&mut events, event, span, 0)?);
                }
            }
        }
    }

    fn value(&mut self, events: &mut Events<'a>, event: Event<'a>, span: Span, depth: usize) -> Result<Yaml> {
        let mark = self.mark(span);
        self.values += 1;
        if depth > DEPTH_MAX {
            return Err(self.error(format!("values are nested deeper than {DEPTH_MAX} levels"), mark));
        }
        let (data, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.as_ref().map(|tag| (tag.handle.as_str(), tag.suffix.as_str()));
                let text = self.without_last_line_end(text, style, span);
                let plain = style == ScalarStyle::Plain;
                let data = yaml_scalar::resolve(&text, plain, tag).map_err(|message| self.error(message, mark))?;
                (data, anchor)
            }
            Event::SequenceStart(anchor, _) => {
                let mut list = Vec::new();
                loop {
                    let (event, span) = self.next(events)?;
                    if matches!(event, Event::SequenceEnd) {
                        break;
                    }
                    list.push(self.value(events, event, span, depth + 1)?);
                }
                (Data::List(list), anchor)
            }
            Event::MappingStart(anchor, _) => (self.mapping(events, depth)?, anchor),
            Event::Alias(anchor) => {
                let found = self.anchors.get(anchor).and_then(Clone::clone);
                let Some(mut found) = found else {
                    return Err(self.error("this alias stands inside the value it names", mark));
                };
                self.values += found.count();
                if self.values > VALUES_MAX {
                    return Err(self.error("aliases make this file grow without bound", mark));
                }
                found.mark = mark;
                return Ok(found);
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::SequenceEnd
            | Event::MappingEnd => return Err(self.error("a value is missing here", mark)),
        };
        let value = Yaml { data, mark };
        if anchor > 0 {
            if self.anchors.len() <= anchor {
                self.anchors.resize(anchor + 1, None);
            }
            self.anchors[anchor] = Some(value.clone());
        }
        Ok(value)
    }

    // A block of text that ends where the file does, without a line end, has none either.
    fn without_last_line_end(&self, text: Cow<'a, str>, style: ScalarStyle, span: Span) -> Cow<'a, str> {
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        if is_block && text.ends_with('\n') && span.end.index() >= self.length {
            return Cow::Owned(text[..text.len() - 1].to_owned());
        }
        text
    }

    fn mapping(&mut self, events: &mut Events<'a>, depth: usize) -> Result<Data> {
        let mut map: IndexMap<Arc<str>, Entry> = IndexMap::new();
        let mut merged: Vec<Yaml> = Vec::new();
        loop {
            let (event, span) = self.next(events)?;
            if matches!(event, Event::MappingEnd) {
                break;
            }
            let is_merge = matches!(&event, Event::Scalar(text, ScalarStyle::Plain, _, _) if text == "<<");
            let key = self.value(events, event, span, depth + 1)?;
            let (event, span) = self.next(events)?;
            let value = self.value(events, event, span, depth + 1)?;
            if is_merge {
                merged.push(value);
                continue;
            }
            let name = self.key_text(&key)?;
            if let Some(first) = map.get(&name) {
                self.repeated.push(Repeated { name: name.clone(), first: first.key, again: key.mark });
            }
            map.insert(name, Entry { key: key.mark, value });
        }
        for source in merged {
            self.merge(&mut map, source)?;
        }
        Ok(Data::Map(map))
    }

    // Keys of the mapping itself win over merged ones, and an earlier source of a list wins over a later one.
    fn merge(&self, map: &mut IndexMap<Arc<str>, Entry>, source: Yaml) -> Result<()> {
        match source.data {
            Data::Map(entries) => {
                for (key, entry) in entries {
                    map.entry(key).or_insert(entry);
                }
                Ok(())
            }
            Data::List(list) => list.into_iter().try_for_each(|source| self.merge(map, source)),
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) | Data::Date(_) => {
                Err(self.error("`<<` takes a mapping or a list of mappings", source.mark))
            }
        }
    }

    fn key_text(&self, key: &Yaml) -> Result<Arc<str>> {
        match &key.data {
            Data::Text(text) | Data::Date(text) => Ok(text.clone()),
            Data::Null => Ok(Arc::from("None")),
            Data::Bool(true) => Ok(Arc::from("True")),
            Data::Bool(false) => Ok(Arc::from("False")),
            Data::Int(value) => Ok(Arc::from(value.to_string())),
            Data::Float(value) => Ok(Arc::from(value.to_string())),
            Data::List(_) | Data::Map(_) => Err(self
                .error(format!("a key is text, not {}", key.kind()), key.mark)
                .hint("put quotes around a value that begins with `{{`: \"{{ var('name') }}\"")),
        }
    }

    fn mark(&self, span: Span) -> Mark {
        let mark = Mark::of(span);
        Mark { column: mark.column.saturating_sub(self.shifted.of_line(span.start.line()) as u32), ..mark }
    }

    fn next(&mut self, events: &mut Events<'a>) -> Result<(Event<'a>, Span)> {
        match events.next_event() {
            Some(Ok(found)) => Ok(found),
            Some(Err(error)) => {
                let told = self.scan_error(&error);
                self.refused = Some(error);
                Err(told)
            }
            None => Err(self.error("the file ends too early", Mark::default())),
        }
    }

    fn scan_error(&self, error: &ScanError) -> Error {
        let marker = error.marker();
        let column = marker.col().saturating_sub(self.shifted.of_line(marker.line()));
        let mark = Mark { line: marker.line() as u32, column: column as u32 + 1, length: 1 };
        let line = self.text.lines().nth(marker.line().saturating_sub(1)).unwrap_or_default();
        let failure = self.error(format!("this is not valid YAML: {}", error.info().to_lowercase()), mark);
        if line.contains('\t') {
            failure.hint("indent with spaces: YAML does not take tabs")
        } else if line.contains("{{") || line.contains("{%") {
            failure.hint("put quotes around a value that holds Jinja: \"{{ ... }}\"")
        } else {
            failure.hint("check the indentation and the colons of this line and the one before")
        }
    }

    fn error(&self, message: impl Into<String>, mark: Mark) -> Error {
        Error::new(Kind::Project, message).at(mark.place(self.path, self.text))
    }
}
