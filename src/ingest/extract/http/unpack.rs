//! What servers pack: `gzip`, in one piece or several, and `deflate`, which stands for two encodings; one around the other too.

use std::io::Read as _;

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};

use super::fetch::{Failure, FailureKind};
use crate::error::Result;

const GZIP_BEGINS: [u8; 2] = [0x1f, 0x8b];

/// The body without what `encodings` says was put around it, the last one first, up to `most` bytes. What is unknown stays.
pub(super) fn unpacked(body: Vec<u8>, encodings: &str, most: usize) -> Result<Vec<u8>, Failure> {
    let mut body = body;
    for encoding in encodings.rsplit(',') {
        if body.is_empty() {
            break;
        }
        body = match encoding.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => gunzipped(&body, most)?,
            "deflate" => inflated(&body, most)?,
            "identity" | "" => body,
            _ => break,
        };
    }
    Ok(body)
}

// Some servers send several files as one; what follows them and is none is padding.
fn gunzipped(packed: &[u8], most: usize) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let mut rest = packed;
    loop {
        let mut decoder = GzDecoder::new(rest);
        read(&mut decoder, &mut body, most)?;
        rest = decoder.into_inner();
        if !rest.starts_with(&GZIP_BEGINS) {
            return Ok(body);
        }
    }
}

// With a header, as the standard says, and without one, as some servers send it.
fn inflated(packed: &[u8], most: usize) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    if has_header(packed) {
        read(&mut ZlibDecoder::new(packed), &mut body, most)?;
    } else {
        read(&mut DeflateDecoder::new(packed), &mut body, most)?;
    }
    Ok(body)
}

fn read(decoder: &mut impl std::io::Read, body: &mut Vec<u8>, most: usize) -> Result<(), Failure> {
    let limit = u64::try_from(most - body.len()).unwrap_or(u64::MAX).saturating_add(1);
    let read = decoder.take(limit).read_to_end(body);
    if body.len() > most {
        return Err(Failure::new(FailureKind::TooLarge, format!("the answer is larger than {most} bytes")));
    }
    read.map_err(|error| Failure::new(FailureKind::Broken, format!("the answer cannot be unpacked: {error}")))?;
    Ok(())
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
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn deflate_with_a_header_and_without() {
        let mut with = ZlibEncoder::new(Vec::new(), Compression::default());
        with.write_all(b"[1, 2]").unwrap();
        let mut without = DeflateEncoder::new(Vec::new(), Compression::default());
        without.write_all(b"[1, 2]").unwrap();
        for packed in [with.finish().unwrap(), without.finish().unwrap()] {
            assert_eq!(unpacked(packed.clone(), "deflate", 99).unwrap(), b"[1, 2]");
            assert_eq!(unpacked(packed, "deflate", 3).unwrap_err().kind, FailureKind::TooLarge);
        }
        assert_eq!(unpacked(vec![0x78, 0x9c, 1, 2], "deflate", 99).unwrap_err().kind, FailureKind::Broken);
    }

    #[test]
    fn gzip_in_pieces_with_padding_and_twice() {
        let pieces = [gzip(b"[1,"), gzip(b" 2]")].concat();
        assert_eq!(unpacked(pieces.clone(), "gzip", 99).unwrap(), b"[1, 2]");
        assert_eq!(unpacked([pieces.clone(), vec![0; 9]].concat(), "GZIP", 99).unwrap(), b"[1, 2]");
        assert_eq!(unpacked(gzip(&pieces), "gzip, gzip", 99).unwrap(), b"[1, 2]");
        assert_eq!(unpacked(pieces.clone(), "x-gzip", 5).unwrap_err().kind, FailureKind::TooLarge);
        assert_eq!(unpacked(pieces.clone(), "gzip", 6).unwrap(), b"[1, 2]");
        assert_eq!(unpacked(pieces[..9].to_vec(), "gzip", 99).unwrap_err().kind, FailureKind::Broken);
    }

    #[test]
    fn what_needs_no_unpacking() {
        assert_eq!(unpacked(b"[1]".to_vec(), "identity", 99).unwrap(), b"[1]");
        assert_eq!(unpacked(b"[1]".to_vec(), "something", 99).unwrap(), b"[1]");
        assert_eq!(unpacked(Vec::new(), "gzip", 99).unwrap(), b"");
    }
}
