//! Bytes that are not a file of this machine: what was read already, an object in a store, a file that Python opens.

use std::fmt::Debug;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use bytes::Bytes;

use crate::error::Result;

/// How much is asked for at once.
pub(super) const PIECE_BYTES: u64 = 4 << 20;
/// How many pieces are on their way while one is read.
const PIECES_AHEAD: u64 = 3;

/// Bytes with a size, which can be read from any place on.
pub trait Blob: Send + Sync + Debug {
    fn size(&self) -> Result<u64>;

    /// The bytes from `start` on; fewer than `length` at the end only.
    fn read_at(&self, start: u64, length: usize) -> Result<Bytes>;

    /// Begins to fetch what will be read soon, where that takes time.
    fn ahead(&self, _start: u64, _length: usize) {}
}

/// Bytes that were read already.
impl Blob for Bytes {
    fn size(&self) -> Result<u64> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, start: u64, length: usize) -> Result<Bytes> {
        let start = usize::try_from(start).unwrap_or(usize::MAX).min(self.len());
        Ok(self.slice(start..start.saturating_add(length).min(self.len())))
    }
}

/// Fetches the begin of a blob, which [`BlobReader`] will want first.
pub fn begin(blob: &dyn Blob) {
    if let Ok(size) = blob.size() {
        blob.ahead(0, piece(0, size));
    }
}

fn piece(start: u64, size: u64) -> usize {
    PIECE_BYTES.min(size.saturating_sub(start)) as usize
}

/// A blob from its begin to its end, a few pieces ahead.
pub struct BlobReader {
    blob: Arc<dyn Blob>,
    size: u64,
    /// Where the next piece begins.
    next: u64,
    piece: Bytes,
}

impl BlobReader {
    pub fn new(blob: Arc<dyn Blob>) -> Result<Self> {
        let size = blob.size()?;
        Ok(Self { blob, size, next: 0, piece: Bytes::new() })
    }

    /// A reader that begins at `start`.
    pub fn from(blob: Arc<dyn Blob>, start: u64) -> Result<Self> {
        Ok(Self { next: start, ..Self::new(blob)? })
    }
}

impl Read for BlobReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.piece.is_empty() && self.next < self.size {
            for number in 1..=PIECES_AHEAD {
                let start = self.next + number * PIECE_BYTES;
                if start < self.size {
                    self.blob.ahead(start, piece(start, self.size));
                }
            }
            let wanted = piece(self.next, self.size);
            self.piece = self.blob.read_at(self.next, wanted).map_err(io::Error::other)?;
            if self.piece.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.next += self.piece.len() as u64;
        }
        let count = buffer.len().min(self.piece.len());
        buffer[..count].copy_from_slice(&self.piece.split_to(count));
        Ok(count)
    }
}

impl Seek for BlobReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = self.next - self.piece.len() as u64;
        let wanted = match to {
            SeekFrom::Start(start) => Some(start),
            SeekFrom::End(back) => self.size.checked_add_signed(back),
            SeekFrom::Current(by) => at.checked_add_signed(by),
        };
        let wanted = wanted.ok_or(io::ErrorKind::InvalidInput)?;
        if wanted != at {
            self.next = wanted;
            self.piece = Bytes::new();
        }
        Ok(wanted)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // A test may.
mod tests {
    use super::*;

    #[test]
    fn it_is_read_from_any_place_on() {
        let blob: Arc<dyn Blob> = Arc::new(Bytes::from_static(b"0123456789"));
        let mut text = String::new();
        BlobReader::from(Arc::clone(&blob), 7).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "789");
        let mut reader = BlobReader::new(blob).unwrap();
        let mut two = [0; 2];
        reader.read_exact(&mut two).unwrap();
        assert_eq!(reader.seek(SeekFrom::Current(2)).unwrap(), 4);
        reader.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"45");
        assert_eq!(reader.seek(SeekFrom::End(-1)).unwrap(), 9);
        assert_eq!(reader.read(&mut two).unwrap(), 1);
        assert_eq!(reader.read(&mut two).unwrap(), 0);
    }
}
