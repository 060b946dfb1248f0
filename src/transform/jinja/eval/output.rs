//! Text that is being written, with the places that wrote it.
//!
//! Only the starts of segments are recorded. Text that a macro returned keeps its own segments for a while, so that
//! `{{ macro() }}` maps into the macro's body.

use std::collections::VecDeque;
use std::sync::Arc;

use super::super::SourceFile;
use super::super::ast::Span;
use crate::error::{Error, Place, Result};

/// How many captured texts keep their map.
const CAPTURES_MAX: usize = 32;

/// A rendered template.
#[derive(Debug, Default)]
pub struct Rendered {
    /// What the template wrote.
    pub text: String,
    segments: Vec<Segment>,
    calls: Vec<Call>,
    files: Vec<Arc<SourceFile>>,
}

impl Rendered {
    /// A text that no template wrote, and whose places nobody asks for.
    pub fn of_text(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    /// Which place of a template or macro wrote the byte at `byte_offset` of the text.
    ///
    /// ```
    /// use gristmill::transform::jinja::{parse, render, Budget, EmptyScope, SourceFile};
    /// let template = parse(SourceFile::new("a.sql", "select\n  {{ 1 + 1 }} as two"))?;
    /// let rendered = render(&template, &EmptyScope, Budget::default())?;
    /// assert_eq!(rendered.text, "select\n  2 as two");
    /// let place = rendered.source_of(9).unwrap();
    /// assert_eq!((place.line, place.column), (2, 3));
    /// # Ok::<(), gristmill::Error>(())
    /// ```
    pub fn source_of(&self, byte_offset: usize) -> Option<Place> {
        if byte_offset > self.text.len() {
            return None;
        }
        let after = self.segments.partition_point(|segment| segment.offset <= byte_offset);
        let segment = &self.segments[after.checked_sub(1)?];
        let range = segment.span.range();
        let range = if segment.verbatim {
            let start = (range.start + byte_offset - segment.offset).min(range.end);
            start..(start + 1).min(range.end.max(start))
        } else {
            range
        };
        Some(self.files[segment.file as usize].place(range))
    }

    /// The macros whose calls wrote the byte at `byte_offset`, innermost first: name and place of the call. What a
    /// template wrote by itself has none.
    ///
    /// ```
    /// use gristmill::transform::jinja::{parse, render, Budget, EmptyScope, SourceFile};
    /// let text = "select {{ 1 + 1 }}";
    /// let rendered = render(&parse(SourceFile::new("a.sql", text))?, &EmptyScope, Budget::default())?;
    /// // No macro wrote it: it stands in the file itself.
    /// assert_eq!(rendered.callers_of(0).count(), 0);
    /// # Ok::<(), gristmill::Error>(())
    /// ```
    pub fn callers_of(&self, byte_offset: usize) -> impl Iterator<Item = (&Arc<str>, Place)> {
        let wrote = self.calls.iter().filter(move |call| (call.start..call.end).contains(&byte_offset));
        wrote.map(|call| (&call.name, self.files[call.file as usize].place(call.span.range())))
    }
}

/// What a segment costs in memory.
pub(super) const SEGMENT_BYTES: usize = size_of::<Segment>();

#[derive(Clone, Copy, Debug)]
struct Segment {
    offset: usize,
    file: u32,
    span: Span,
    // The text is the file's own, byte for byte.
    verbatim: bool,
}

// A text that a macro wrote, and where it was called. Inner calls stand before outer ones.
#[derive(Clone, Debug)]
struct Call {
    start: usize,
    end: usize,
    file: u32,
    span: Span,
    name: Arc<str>,
}

#[derive(Debug, Default)]
pub(super) struct Buffer {
    pub(super) text: String,
    segments: Vec<Segment>,
    calls: Vec<Call>,
    file: u32,
    /// What was to be printed and is no text: an error as soon as somebody wants the text.
    pub(super) refused: Option<Error>,
}

impl Buffer {
    /// The buffer whose text is wanted.
    pub(super) fn wanted(mut self) -> Result<Self> {
        self.refused.take().map_or(Ok(self), Err)
    }

    /// Appends template text as it stands in the file.
    pub(super) fn verbatim(&mut self, text: &str, span: Span) {
        self.segments.push(Segment { offset: self.text.len(), file: self.file, span, verbatim: true });
        self.text.push_str(text);
    }

    /// Appends what an expression gave.
    pub(super) fn made(&mut self, text: &str, span: Span) {
        if !text.is_empty() {
            self.segments.push(Segment { offset: self.text.len(), file: self.file, span, verbatim: false });
            self.text.push_str(text);
        }
    }

    /// A buffer for the same file.
    pub(super) fn inner(&self) -> Self {
        Self { file: self.file, ..Self::default() }
    }
}

/// The files that wrote text, and the maps of texts captured lately.
#[derive(Default)]
pub(super) struct Maps {
    files: Vec<Arc<SourceFile>>,
    captures: VecDeque<Captured>,
}

struct Captured {
    text: Arc<str>,
    segments: Vec<Segment>,
    calls: Vec<Call>,
    // Of the macro whose text this is.
    name: Option<Arc<str>>,
}

impl Maps {
    pub(super) fn buffer(&mut self, file: &Arc<SourceFile>) -> Buffer {
        let index = self.files.iter().position(|known| Arc::ptr_eq(known, file)).unwrap_or_else(|| {
            self.files.push(file.clone());
            self.files.len() - 1
        });
        Buffer { file: index as u32, ..Buffer::default() }
    }

    /// Takes a buffer's text as a value that remembers its map, and the macro that wrote it.
    pub(super) fn capture(&mut self, buffer: Buffer, name: Option<&Arc<str>>) -> Arc<str> {
        let text: Arc<str> = Arc::from(buffer.text);
        if !buffer.segments.is_empty() {
            if self.captures.len() == CAPTURES_MAX {
                self.captures.pop_front();
            }
            let Buffer { segments, calls, .. } = buffer;
            self.captures.push_back(Captured { text: text.clone(), segments, calls, name: name.cloned() });
        }
        text
    }

    /// Appends a text, with its map when it was captured lately.
    ///
    /// Gives how many bytes were added to the map.
    pub(super) fn write(&self, buffer: &mut Buffer, text: &Arc<str>, span: Span) -> usize {
        let before = (buffer.segments.len(), buffer.calls.len());
        match self.captures.iter().rev().find(|captured| Arc::ptr_eq(&captured.text, text)) {
            None => buffer.made(text, span),
            Some(Captured { segments, calls, name, .. }) => {
                let offset = buffer.text.len();
                let moved = segments.iter().map(|segment| Segment { offset: segment.offset + offset, ..*segment });
                buffer.segments.extend(moved);
                let moved = calls.iter().map(|call| Call {
                    start: call.start + offset,
                    end: call.end + offset,
                    ..call.clone()
                });
                buffer.calls.extend(moved);
                buffer.text.push_str(text);
                if let Some(name) = name {
                    let (end, file) = (buffer.text.len(), buffer.file);
                    buffer.calls.push(Call { start: offset, end, file, span, name: Arc::clone(name) });
                }
            }
        }
        (buffer.segments.len() - before.0) * SEGMENT_BYTES + (buffer.calls.len() - before.1) * size_of::<Call>()
    }

    pub(super) fn rendered(&self, buffer: Buffer) -> Rendered {
        let Buffer { text, segments, calls, .. } = buffer;
        Rendered { text, segments, calls, files: self.files.clone() }
    }
}
