//! A parsed YAML file as bytes, so that the next run need not scan its text.

use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;

use super::pack::{Pack, Reader};
use super::yaml::{Data, Document, Entry, Mark, Repeated, Yaml};

impl Document {
    /// What the text says, without the text and its path.
    pub fn pack(&self, out: &mut Vec<u8>) {
        self.root.pack(out);
        self.repeated.pack(out);
    }

    /// The document of a text that [`Document::pack`] has told of.
    pub fn unpack(path: impl Into<PathBuf>, text: impl Into<Arc<str>>, from: &mut Reader<'_>) -> Option<Self> {
        let (root, repeated) = (Yaml::unpack(from)?, Vec::unpack(from)?);
        Some(Self { path: path.into(), text: text.into(), root, repeated })
    }
}

impl Pack for Mark {
    fn pack(&self, out: &mut Vec<u8>) {
        self.line.pack(out);
        self.column.pack(out);
        self.length.pack(out);
    }

    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        Some(Self { line: u32::unpack(from)?, column: u32::unpack(from)?, length: u32::unpack(from)? })
    }
}

impl Pack for Repeated {
    fn pack(&self, out: &mut Vec<u8>) {
        self.name.pack(out);
        self.first.pack(out);
        self.again.pack(out);
    }

    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        Some(Self { name: Pack::unpack(from)?, first: Pack::unpack(from)?, again: Pack::unpack(from)? })
    }
}

impl Pack for Yaml {
    fn pack(&self, out: &mut Vec<u8>) {
        self.mark.pack(out);
        match &self.data {
            Data::Null => out.push(0),
            Data::Bool(value) => out.push(1 + u8::from(*value)),
            Data::Int(value) => {
                out.push(3);
                out.extend_from_slice(&value.to_le_bytes());
            }
            Data::Float(value) => {
                out.push(4);
                out.extend_from_slice(&value.to_bits().to_le_bytes());
            }
            Data::Text(text) => {
                out.push(5);
                text.pack(out);
            }
            Data::Date(text) => {
                out.push(6);
                text.pack(out);
            }
            Data::List(list) => {
                out.push(7);
                list.pack(out);
            }
            Data::Map(map) => {
                out.push(8);
                map.len().pack(out);
                for (key, entry) in map {
                    key.pack(out);
                    entry.key.pack(out);
                    entry.value.pack(out);
                }
            }
        }
    }

    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        let mark = Mark::unpack(from)?;
        let data = match from.byte()? {
            0 => Data::Null,
            1 => Data::Bool(false),
            2 => Data::Bool(true),
            3 => Data::Int(i128::from_le_bytes(from.bytes(16)?.try_into().ok()?)),
            4 => Data::Float(f64::from_bits(u64::from_le_bytes(from.bytes(8)?.try_into().ok()?))),
            5 => Data::Text(Pack::unpack(from)?),
            6 => Data::Date(Pack::unpack(from)?),
            7 => Data::List(Vec::unpack(from)?),
            8 => {
                let length = from.length()?;
                let entry = |from: &mut Reader<'_>| {
                    let name = Arc::<str>::unpack(from)?;
                    Some((name, Entry { key: Mark::unpack(from)?, value: Self::unpack(from)? }))
                };
                let map: Option<IndexMap<_, _>> = from.deeper(|from| (0..length).map(|_| entry(from)).collect());
                Data::Map(map?)
            }
            _ => return None,
        };
        Some(Self { data, mark })
    }
}

#[cfg(test)]
mod tests {
    use super::super::yaml::parse;
    use super::*;

    #[test]
    fn a_document_comes_back_with_its_places() {
        let text = "a: [1, 2.5, -.inf, yes, ~, 2024-01-02, 99999999999999999999]\nb: &x {c: 'it''s', a: |\n  two\n  lines\n}\n";
        let text = text.replace(
            "{c: 'it''s', a: |\n  two\n  lines\n}",
            "{c: 'it''s'}\nb: *x\nd:\n  <<: *x\n  e: \"{{ var('x') }}\"",
        );
        let document = parse("a.yml", text.as_str()).unwrap();
        let mut bytes = Vec::new();
        document.pack(&mut bytes);
        let mut reader = Reader::new(&bytes);
        let back = Document::unpack("a.yml", text.as_str(), &mut reader).unwrap();
        assert!(reader.is_empty());
        assert_eq!(format!("{back:?}"), format!("{document:?}"));
        for length in 0..bytes.len() {
            assert!(Document::unpack("a.yml", "", &mut Reader::new(&bytes[..length])).is_none());
        }
    }
}
