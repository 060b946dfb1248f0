//! Values as few bytes, for what is kept from one run to the next: no names of fields, lengths as varints.
//!
//! Whoever reads knows what was written. Bytes that are none of ours give `None`, never a panic and never a large
//! allocation: a length is believed only as far as there are bytes for it.

use std::sync::Arc;

use serde_json::{Map, Number, Value as Json};

/// How deep values may be nested; what is deeper was not written by us.
const DEPTH_MAX: usize = 256;

/// Something that can be written as bytes and read again.
pub trait Pack: Sized {
    fn pack(&self, out: &mut Vec<u8>);
    fn unpack(from: &mut Reader<'_>) -> Option<Self>;
}

/// Bytes that are read from front to back.
pub struct Reader<'a> {
    rest: &'a [u8],
    depth: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, depth: 0 }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.rest.len()
    }

    pub fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    pub fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    /// A length; each thing that it counts takes a byte at least.
    pub fn length(&mut self) -> Option<usize> {
        let length = usize::try_from(u64::unpack(self)?).ok()?;
        (length <= self.rest.len()).then_some(length)
    }

    pub fn text(&mut self) -> Option<&'a str> {
        let length = self.length()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    /// Reads what is nested one level deeper.
    pub fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth == DEPTH_MAX {
            return None;
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }
}

/// Writes a text as [`Reader::text`] reads it.
pub fn pack_text(text: &str, out: &mut Vec<u8>) {
    text.len().pack(out);
    out.extend_from_slice(text.as_bytes());
}

impl Pack for u64 {
    fn pack(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= 0x80 {
            out.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        out.push(rest as u8);
    }

    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = from.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

impl Pack for u32 {
    fn pack(&self, out: &mut Vec<u8>) {
        u64::from(*self).pack(out);
    }

    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        u64::unpack(from)?.try_into().ok()
    }
}

impl Pack for usize {
    fn pack(&self, out: &mut Vec<u8>) {
        (*self as u64).pack(out);
    }

    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        u64::unpack(from)?.try_into().ok()
    }
}

impl Pack for String {
    fn pack(&self, out: &mut Vec<u8>) {
        pack_text(self, out);
    }

    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        from.text().map(str::to_owned)
    }
}

impl Pack for Arc<str> {
    fn pack(&self, out: &mut Vec<u8>) {
        pack_text(self, out);
    }

    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        from.text().map(Self::from)
    }
}

impl<T: Pack> Pack for Option<T> {
    fn pack(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.is_some()));
        if let Some(value) = self {
            value.pack(out);
        }
    }

    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        match from.byte()? {
            0 => Some(None),
            1 => T::unpack(from).map(Some),
            _ => None,
        }
    }
}

impl<T: Pack> Pack for Vec<T> {
    fn pack(&self, out: &mut Vec<u8>) {
        self.len().pack(out);
        for item in self {
            item.pack(out);
        }
    }

    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        let length = from.length()?;
        from.deeper(|from| (0..length).map(|_| T::unpack(from)).collect())
    }
}

impl<A: Pack, B: Pack> Pack for (A, B) {
    fn pack(&self, out: &mut Vec<u8>) {
        self.0.pack(out);
        self.1.pack(out);
    }

    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        Some((A::unpack(from)?, B::unpack(from)?))
    }
}

impl Pack for Map<String, Json> {
    fn pack(&self, out: &mut Vec<u8>) {
        self.len().pack(out);
        for (key, value) in self {
            key.pack(out);
            value.pack(out);
        }
    }

    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        let length = from.length()?;
        from.deeper(|from| (0..length).map(|_| <(String, Json)>::unpack(from)).collect())
    }
}

impl Pack for Json {
    fn pack(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.push(0),
            Self::Bool(value) => out.push(1 + u8::from(*value)),
            Self::Number(number) => {
                let (tag, bits) = match (number.as_i64(), number.as_u64(), number.as_f64()) {
                    (Some(value), _, _) => (3, value as u64),
                    (None, Some(value), _) => (4, value),
                    (None, None, value) => (5, value.unwrap_or(f64::NAN).to_bits()),
                };
                out.push(tag);
                out.extend_from_slice(&bits.to_le_bytes());
            }
            Self::String(text) => {
                out.push(6);
                text.pack(out);
            }
            Self::Array(items) => {
                out.push(7);
                items.pack(out);
            }
            Self::Object(map) => {
                out.push(8);
                map.pack(out);
            }
        }
    }

    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        Some(match from.byte()? {
            0 => Self::Null,
            1 => Self::Bool(false),
            2 => Self::Bool(true),
            3 => Self::from(bits(from)? as i64),
            4 => Self::from(bits(from)?),
            5 => Self::Number(Number::from_f64(f64::from_bits(bits(from)?))?),
            6 => Self::String(String::unpack(from)?),
            7 => Self::Array(Vec::unpack(from)?),
            8 => Self::Object(Map::unpack(from)?),
            _ => return None,
        })
    }
}

fn bits(from: &mut Reader<'_>) -> Option<u64> {
    Some(u64::from_le_bytes(from.bytes(8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            any::<u64>().prop_map(Json::from),
            any::<f64>().prop_map(Json::from),
            ".*".prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
                prop::collection::vec((".*", inner), 0..6)
                    .prop_map(|entries| Json::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_value_comes_back(value in json()) {
            let mut bytes = Vec::new();
            value.pack(&mut bytes);
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(Json::unpack(&mut reader), Some(value));
            prop_assert!(reader.is_empty());
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Json::unpack(&mut Reader::new(&bytes));
            let _ = Vec::<Option<String>>::unpack(&mut Reader::new(&bytes));
        }
    }
}
