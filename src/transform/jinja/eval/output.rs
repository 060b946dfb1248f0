//! Text that is being written, with the places that wrote it.
//!
//! Only the starts of segments are recorded. Text that a macro returned keeps its own segments for a while, so that
//! `{{ macro() }}` maps into the macro's body.

use std::collections::VecDeque;
use std::sync::Arc;

use super::super::SourceFile;
use super::super::ast::Span;
use crate::error::Place;

/// How many captured texts keep their map.
const CAPTURES_MAX: usize = 32;

/// A rendered template.
#[derive(Debug, Default)]
pub struct Rendered {
    /// What the template wrote.
    pub text: String,
    segments: Vec<Segment>,
    files: Vec<Arc<SourceFile>>,
}

impl Rendered {
    /// A text that no template wrote, and whose places nobody asks for.
    pub fn of_text(text: &str) -> Self {
        Self { text: text.to_owned(), segments: Vec::new(), files: Vec::new() }
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

#[derive(Debug, Default)]
pub(super) struct Buffer {
    pub(super) text: String,
    segments: Vec<Segment>,
    file: u32,
}

impl Buffer {
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
    captures: VecDeque<(Arc<str>, Vec<Segment>)>,
}

impl Maps {
    pub(super) fn buffer(&mut self, file: &Arc<SourceFile>) -> Buffer {
        let index = self.files.iter().position(|known| Arc::ptr_eq(known, file)).unwrap_or_else(|| {
            self.files.push(file.clone());
            self.files.len() - 1
        });
        Buffer { file: index as u32, ..Buffer::default() }
    }

    /// Takes a buffer's text as a value that remembers its map.
    pub(super) fn capture(&mut self, buffer: Buffer) -> Arc<str> {
        let text: Arc<str> = Arc::from(buffer.text);
        if !buffer.segments.is_empty() {
            if self.captures.len() == CAPTURES_MAX {
                self.captures.pop_front();
            }
            self.captures.push_back((text.clone(), buffer.segments));
        }
        text
    }

    /// Appends a text, with its map when it was captured lately.
    ///
    /// Gives how many segments were added.
    pub(super) fn write(&self, buffer: &mut Buffer, text: &Arc<str>, span: Span) -> usize {
        let before = buffer.segments.len();
        match self.captures.iter().rev().find(|(captured, _)| Arc::ptr_eq(captured, text)) {
            None => buffer.made(text, span),
            Some((_, segments)) => {
                let offset = buffer.text.len();
                let moved = segments.iter().map(|segment| Segment { offset: segment.offset + offset, ..*segment });
                buffer.segments.extend(moved);
                buffer.text.push_str(text);
            }
        }
        buffer.segments.len() - before
    }

    pub(super) fn rendered(&self, buffer: Buffer) -> Rendered {
        Rendered { text: buffer.text, segments: buffer.segments, files: self.files.clone() }
    }
}
