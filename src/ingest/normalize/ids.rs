//! The ids of rows: random for a root, or made of its key or content; a nested row's is made of its parent's.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use shake::digest::{ExtendableOutput, Update, XofReader};
use std::sync::Arc;

/// How many bytes an id has before it is written in base64.
const ID_BYTES: usize = 10;
/// How many characters it has then.
const ID_LENGTH: usize = 14;

/// The id of a row.
#[derive(Clone, Debug)]
pub(super) enum RowId {
    /// Made by chance: so are the ids of the rows nested below it, which nobody could tell from a hash.
    Random([u8; ID_LENGTH]),
    /// Made of content, or given: the ids below it follow from it, so that a reload makes the same ones.
    Content(Arc<str>),
}

impl RowId {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Random(id) => std::str::from_utf8(id).expect("base64 is ASCII"),
            Self::Content(id) => id,
        }
    }
}

/// A fast generator of random ids (xoshiro256++), seeded by the operating system.
#[derive(Clone, Debug)]
pub(super) struct IdSource([u64; 4]);

impl IdSource {
    pub(super) fn new() -> Self {
        let mut seed = [0u8; 32];
        // Without the system's randomness ids must still differ between threads and runs.
        if getrandom::fill(&mut seed).is_err() {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |d| d.as_nanos());
            let here = std::ptr::from_ref(&seed) as usize as u128;
            seed[..16].copy_from_slice(&now.to_le_bytes());
            seed[16..].copy_from_slice(&(here ^ u128::from(std::process::id())).to_le_bytes());
        }
        let mut words = [0u64; 4];
        for (word, bytes) in words.iter_mut().zip(seed.chunks_exact(8)) {
            *word = u64::from_le_bytes(bytes.try_into().expect("chunks of eight bytes"));
        }
        words[0] |= 1;
        Self(words)
    }

    fn next(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    pub(super) fn random(&mut self) -> RowId {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        // 80 bits: thirteen characters of 6 bits, and a last one whose low 4 bits are padding.
        let (mut high, mut low) = (self.next(), self.next());
        let mut id = [0u8; ID_LENGTH];
        for c in &mut id[..10] {
            *c = ALPHABET[(high & 63) as usize];
            high >>= 6;
        }
        for c in &mut id[10..13] {
            *c = ALPHABET[(low & 63) as usize];
            low >>= 6;
        }
        id[13] = ALPHABET[((low & 3) << 4) as usize];
        RowId::Random(id)
    }

    /// What tells a row apart from others with its id; never 0, which is no mark.
    pub(super) fn mark(&mut self) -> i64 {
        (self.next() >> 1).cast_signed() | 1
    }

    /// The id of the row at a place in a list of a row.
    pub(super) fn nested(&mut self, parent: &RowId, table: &str, index: i64) -> RowId {
        match parent {
            RowId::Random(_) => self.random(),
            RowId::Content(parent) => RowId::Content(digest(format!("{parent}_{table}_{index}").as_bytes()).into()),
        }
    }
}

/// The hash that stands for a key or a row.
pub(super) fn digest(bytes: &[u8]) -> String {
    let mut hasher = shake::Shake128::default();
    hasher.update(bytes);
    let mut digest = [0u8; ID_BYTES];
    hasher.finalize_xof().read(&mut digest);
    STANDARD_NO_PAD.encode(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_hash_is_dlts() {
        assert_eq!(digest(br#"{"id":1}"#), "z5jIxXIbUnmbKw");
    }

    #[test]
    fn a_random_id_is_ten_bytes_of_base64() {
        let mut ids = IdSource::new();
        let (a, b) = (ids.random(), ids.random());
        assert_ne!(a.text(), b.text());
        assert_eq!(STANDARD_NO_PAD.decode(a.text()).map(|bytes| bytes.len()), Ok(ID_BYTES));
    }
}
