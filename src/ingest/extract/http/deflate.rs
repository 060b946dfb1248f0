//! The encoding `deflate`, which stands for two: with a header, as the standard says, and without one, as some servers send it.

use std::io::Read as _;

use flate2::read::{DeflateDecoder, ZlibDecoder};

use super::fetch::{Failure, FailureKind};
use crate::error::Result;

/// What was packed, up to `most` bytes.
pub(super) fn inflated(packed: &[u8], most: usize) -> Result<Vec<u8>, Failure> {
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let mut body = Vec::new();
    let read = if has_header(packed) {
        ZlibDecoder::new(packed).take(limit).read_to_end(&mut body)
    } else {
        DeflateDecoder::new(packed).take(limit).read_to_end(&mut body)
    };
    if body.len() > most {
        return Err(Failure::new(FailureKind::TooLarge, format!("the answer is larger than {most} bytes")));
    }
    read.map_err(|error| Failure::new(FailureKind::Broken, format!("the answer cannot be unpacked: {error}")))?;
    Ok(body)
}

// The method is 8, and the first two bytes are a multiple of 31.
fn has_header(packed: &[u8]) -> bool {
    matches!(packed, [method, flags, ..]
        if method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, ZlibEncoder};

    use super::*;

    #[test]
    fn with_a_header_and_without() {
        let mut with = ZlibEncoder::new(Vec::new(), Compression::default());
        with.write_all(b"[1, 2]").unwrap();
        let mut without = DeflateEncoder::new(Vec::new(), Compression::default());
        without.write_all(b"[1, 2]").unwrap();
        for packed in [with.finish().unwrap(), without.finish().unwrap()] {
            assert_eq!(inflated(&packed, 99).unwrap(), b"[1, 2]");
            assert_eq!(inflated(&packed, 3).unwrap_err().kind, FailureKind::TooLarge);
        }
        assert_eq!(inflated(&[0x78, 0x9c, 1, 2], 99).unwrap_err().kind, FailureKind::Broken);
    }
}
