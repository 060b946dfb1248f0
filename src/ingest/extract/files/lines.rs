//! A stream of bytes as blocks of whole lines.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::Limits;
use super::open::reading;
use crate::error::{Error, Kind, Place, Result};

/// Whole lines of a file; the last one may lack its newline.
#[derive(Debug)]
pub struct LineBlock {
    pub bytes: Vec<u8>,
    /// Counted from 1.
    pub first_line: u64,
    /// Where in the unpacked file it begins, counted from 0.
    pub first_byte: u64,
}

/// Cuts a stream at newlines, near every `block_bytes`.
pub struct LineBlocks {
    path: PathBuf,
    reader: Box<dyn Read + Send>,
    limits: Limits,
    // The begin of the next block: what came after the last newline of the block before.
    carried: Vec<u8>,
    line: u64,
    byte: u64,
    ended: bool,
}

impl LineBlocks {
    pub fn new(path: &Path, reader: Box<dyn Read + Send>, limits: Limits) -> Self {
        Self { path: path.to_owned(), reader, limits, carried: Vec::new(), line: 1, byte: 0, ended: false }
    }

    /// The next block; None at the end.
    pub fn next_block(&mut self) -> Result<Option<LineBlock>> {
        let mut bytes = std::mem::take(&mut self.carried);
        let mut searched = 0;
        while !self.ended {
            let wanted = self.limits.block_bytes.saturating_sub(bytes.len()).max(self.limits.block_bytes / 4).max(1);
            let before = bytes.len();
            let count = (&mut self.reader)
                .take(wanted as u64)
                .read_to_end(&mut bytes)
                .map_err(|error| reading(&self.path, &error))?;
            self.ended = count < wanted;
            if bytes.len() < self.limits.block_bytes && !self.ended {
                continue;
            }
            if let Some(newline) = memchr::memrchr(b'\n', &bytes[searched..]) {
                if !self.ended {
                    self.carried = bytes.split_off(searched + newline + 1);
                }
                break;
            }
            searched = before + count;
            if bytes.len() > self.limits.record_bytes_max {
                return Err(self.too_long(self.line));
            }
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        let (first_line, first_byte) = (self.line, self.byte);
        self.line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        self.byte += bytes.len() as u64;
        Ok(Some(LineBlock { bytes, first_line, first_byte }))
    }

    fn too_long(&self, line: u64) -> Error {
        Error::new(Kind::Data, format!("line {line} is longer than {} bytes", self.limits.record_bytes_max))
            .at(Place::at(&self.path, u32::try_from(line).unwrap_or(u32::MAX), 1))
            .hint("is this one JSON document? then say `format: \"json\"`; or raise `record_bytes_max`")
    }
}

/// All bytes of a stream, up to the limit of a document.
pub fn whole(path: &Path, reader: Box<dyn Read + Send>, limits: Limits) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = limits.document_bytes_max as u64 + 1;
    reader.take(most).read_to_end(&mut bytes).map_err(|error| reading(path, &error))?;
    if bytes.len() > limits.document_bytes_max {
        return Err(Error::new(
            Kind::Data,
            format!("the JSON document `{}` is larger than {} bytes", path.display(), limits.document_bytes_max),
        )
        .at(Place::file(path))
        .hint("write it as JSON lines, which are read in blocks; or raise `document_bytes_max`"));
    }
    Ok(bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // A test may.
mod tests {
    use super::*;

    fn blocks(text: &'static [u8], block_bytes: usize) -> Result<Vec<(String, u64)>> {
        let limits = Limits { block_bytes, record_bytes_max: 16, document_bytes_max: 16 };
        let mut blocks = LineBlocks::new(Path::new("a.jsonl"), Box::new(text), limits);
        let mut found = Vec::new();
        while let Some(block) = blocks.next_block()? {
            found.push((String::from_utf8(block.bytes).expect("the test's text is UTF-8"), block.first_line));
        }
        Ok(found)
    }

    #[test]
    fn every_cut_gives_the_same_lines() {
        let text = b"1\n22\r\n\n4444\n55555";
        for block_bytes in 1..=text.len() + 1 {
            let found = blocks(text, block_bytes).unwrap();
            assert_eq!(
                found.iter().map(|(text, _)| text.as_str()).collect::<String>().as_bytes(),
                text,
                "{block_bytes}"
            );
            for (index, (_, first_line)) in found.iter().enumerate() {
                let before: usize = found[..index].iter().map(|(text, _)| text.matches('\n').count()).sum();
                assert_eq!(*first_line, before as u64 + 1, "{block_bytes}");
            }
            assert!(found[..found.len() - 1].iter().all(|(text, _)| text.ends_with('\n')), "{block_bytes}");
        }
    }

    #[test]
    fn an_empty_file_has_no_block() {
        assert_eq!(blocks(b"", 4).unwrap(), []);
    }

    #[test]
    fn a_line_without_an_end_is_refused_by_its_number() {
        let error = blocks(b"1\n\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 4).unwrap_err();
        assert_eq!(error.place().map(|place| place.line), Some(3));
        assert_eq!(error.kind(), Kind::Data);
    }
}
