//! What a plain template asks for: one of text and of calls of `ref`, `source` and `config` with literals.
//!
//! It follows from the text alone, so that it can be kept from run to run, unless a macro stands before such a function.

use std::ops::Range;

use serde_json::Map;

use super::Ref;
use super::recorder::{Notes, PackageScope};
use crate::transform::jinja::calls::{Call, literal_calls};
use crate::transform::jinja::{SourceFile, Template};
use crate::transform::project::pack::{Pack, Reader, pack_text};

const NAMES: [&str; 3] = ["ref", "source", "config"];

/// The notes of a plain template, and how they came about.
pub(super) struct Literal {
    /// By the order of [`NAMES`].
    called: [bool; NAMES.len()],
    ref_spans: Vec<Range<usize>>,
    source_spans: Vec<Range<usize>>,
    notes: Notes,
}

impl Literal {
    /// `None` when the template has to be rendered: for what it holds, or to tell what is wrong with it.
    pub(super) fn of(template: &Template) -> Option<Self> {
        let mut found = Self {
            called: [false; NAMES.len()],
            ref_spans: Vec::new(),
            source_spans: Vec::new(),
            notes: Notes::default(),
        };
        for Call { name, args, span } in literal_calls(template)? {
            let place = Some(template.file.place(span.clone()));
            let index = NAMES.iter().position(|known| *known == &*name)?;
            found.called[index] = true;
            match NAMES[index] {
                "ref" => {
                    found.ref_spans.push(span);
                    found.notes.reference(args, place, Some(&template.file))
                }
                "source" => {
                    found.source_spans.push(span);
                    found.notes.source(&args, place)
                }
                _ => found.notes.config(&args),
            }
            .ok()?;
        }
        Some(found)
    }

    /// The notes, unless a macro that the template sees has the name of a function that it calls.
    pub(super) fn notes(self, scope: &PackageScope) -> Option<Notes> {
        let mut called = NAMES.iter().zip(self.called).filter(|(_, called)| *called);
        let shadowed = called.any(|(name, _)| scope.macros.lookup(&scope.package, name).is_some());
        (!shadowed).then_some(self.notes)
    }

    pub(super) fn pack(&self, out: &mut Vec<u8>) {
        out.extend(self.called.map(u8::from));
        self.notes.refs.len().pack(out);
        for (reference, span) in self.notes.refs.iter().zip(&self.ref_spans) {
            reference.package.pack(out);
            reference.name.pack(out);
            reference.version.pack(out);
            out.push(u8::from(reference.version_is_text));
            pack_range(&reference.span, out);
            pack_range(span, out);
        }
        self.notes.sources.len().pack(out);
        for ((source, table), span) in self.notes.sources.iter().zip(&self.source_spans) {
            pack_text(source, out);
            pack_text(table, out);
            pack_range(span, out);
        }
        self.notes.config.pack(out);
    }

    /// Reads what [`Literal::pack`] wrote of the text of `file`.
    pub(super) fn unpack(file: &SourceFile, from: &mut Reader<'_>) -> Option<Self> {
        let mut called = [false; NAMES.len()];
        for one in &mut called {
            *one = from.byte()? == 1;
        }
        let (mut notes, mut ref_spans, mut source_spans) = (Notes::default(), Vec::new(), Vec::new());
        for _ in 0..from.length()? {
            notes.refs.push(Ref {
                package: Pack::unpack(from)?,
                name: Pack::unpack(from)?,
                version: Pack::unpack(from)?,
                version_is_text: from.byte()? == 1,
                span: range(file, from)?,
            });
            let span = range(file, from)?;
            notes.ref_places.push(Some(file.place(span.clone())));
            ref_spans.push(span);
        }
        for _ in 0..from.length()? {
            notes.sources.push(Pack::unpack(from)?);
            let span = range(file, from)?;
            notes.source_places.push(Some(file.place(span.clone())));
            source_spans.push(span);
        }
        notes.config = Map::unpack(from)?;
        Some(Self { called, ref_spans, source_spans, notes })
    }
}

fn pack_range(range: &Range<usize>, out: &mut Vec<u8>) {
    range.start.pack(out);
    range.len().pack(out);
}

// A range that is none of this text is none at all.
fn range(file: &SourceFile, from: &mut Reader<'_>) -> Option<Range<usize>> {
    let (start, length) = <(usize, usize)>::unpack(from)?;
    let range = start..start.checked_add(length)?;
    file.text.get(range.clone()).map(|_| range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::jinja;

    #[test]
    fn notes_come_back_with_their_places() {
        let text = "{{ config(tags=['a', 'b'], meta={'n': 1.5}) }}\nselect * from {{ ref('x', v=2) }}\n\
            join {{ source('s', 't') }} using (id) join {{ ref('p', 'y') }} -- é {{ ref('z') }}";
        let file = SourceFile::new("models/a.sql", text);
        let literal = Literal::of(&jinja::parse(file.clone()).unwrap()).unwrap();
        let mut bytes = Vec::new();
        literal.pack(&mut bytes);
        let back = Literal::unpack(&file, &mut Reader::new(&bytes)).unwrap();
        assert_eq!(format!("{:?}", back.notes), format!("{:?}", literal.notes));
        assert_eq!((back.notes.refs.len(), back.called), (3, [true, true, true]));
        for length in 0..bytes.len() {
            assert!(Literal::unpack(&file, &mut Reader::new(&bytes[..length])).is_none());
        }
        // Bytes of another text do not fit.
        assert!(Literal::unpack(&SourceFile::new("a.sql", "select 1"), &mut Reader::new(&bytes)).is_none());
    }
}
