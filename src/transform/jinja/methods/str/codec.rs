//! From texts to bytes and back.

use std::fmt::Write as _;

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Args, Value, limits};

use super::expect_text;

/// The encodings a template may name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Encoding {
    Ascii,
    Latin1,
    Utf8,
    Utf8WithMark,
    Utf16 { big: Option<bool> },
    Utf32 { big: Option<bool> },
}

/// The encoding of this name, in any of Python's spellings.
pub(in super::super) fn encoding(name: Option<&Value>) -> Result<Encoding> {
    let Some(name) = name else { return Ok(Encoding::Utf8) };
    let name = expect_text(name)?;
    match name.to_ascii_lowercase().replace(['-', ' '], "_").as_str() {
        "utf_8" | "utf8" | "u8" => Ok(Encoding::Utf8),
        "utf_8_sig" => Ok(Encoding::Utf8WithMark),
        "ascii" | "us_ascii" | "646" => Ok(Encoding::Ascii),
        "latin_1" | "latin1" | "iso_8859_1" | "iso8859_1" | "l1" | "8859" => Ok(Encoding::Latin1),
        "utf_16" | "utf16" | "u16" => Ok(Encoding::Utf16 { big: None }),
        "utf_16_le" | "utf_16le" => Ok(Encoding::Utf16 { big: Some(false) }),
        "utf_16_be" | "utf_16be" => Ok(Encoding::Utf16 { big: Some(true) }),
        "utf_32" | "utf32" | "u32" => Ok(Encoding::Utf32 { big: None }),
        "utf_32_le" | "utf_32le" => Ok(Encoding::Utf32 { big: Some(false) }),
        "utf_32_be" | "utf_32be" => Ok(Encoding::Utf32 { big: Some(true) }),
        _ => Err(Error::new(Kind::Compilation, format!("unknown encoding: `{name}`"))
            .hint("known are utf-8, utf-16, utf-32, ascii and latin-1")),
    }
}

/// `text.encode(encoding="utf-8", errors="strict")`.
pub(super) fn encode(text: &str, args: Args) -> Result<Value> {
    let ([], [name, errors]) = args.bind("encode", [], ["encoding", "errors"])?;
    let encoding = encoding(name.as_ref())?;
    let errors = errors.as_ref().map_or(Ok("strict"), expect_text)?;
    limits::text(text.len().saturating_mul(4))?;
    let mut bytes = Vec::with_capacity(text.len());
    match encoding {
        Encoding::Utf8 => bytes.extend(text.as_bytes()),
        Encoding::Utf8WithMark => {
            bytes.extend("\u{feff}".as_bytes());
            bytes.extend(text.as_bytes());
        }
        Encoding::Ascii => narrow(text, 0x7f, errors, &mut bytes)?,
        Encoding::Latin1 => narrow(text, 0xff, errors, &mut bytes)?,
        Encoding::Utf16 { big } => {
            let mark = if big.is_none() { "\u{feff}" } else { "" };
            for unit in mark.encode_utf16().chain(text.encode_utf16()) {
                bytes.extend(if big == Some(true) { unit.to_be_bytes() } else { unit.to_le_bytes() });
            }
        }
        Encoding::Utf32 { big } => {
            let mark = if big.is_none() { "\u{feff}" } else { "" };
            for code in mark.chars().chain(text.chars()).map(u32::from) {
                bytes.extend(if big == Some(true) { code.to_be_bytes() } else { code.to_le_bytes() });
            }
        }
    }
    Ok(Value::bytes(bytes))
}

fn narrow(text: &str, most: u32, errors: &str, bytes: &mut Vec<u8>) -> Result<()> {
    for character in text.chars() {
        let code = u32::from(character);
        match u8::try_from(code) {
            Ok(byte) if code <= most => bytes.push(byte),
            _ => match errors {
                "ignore" => {}
                "replace" => bytes.push(b'?'),
                "xmlcharrefreplace" => bytes.extend(format!("&#{code};").into_bytes()),
                "backslashreplace" => bytes.extend(backslashed(code).into_bytes()),
                "strict" => {
                    let message = format!("the encoding has no character `{character}`");
                    return Err(Error::new(Kind::Compilation, message));
                }
                _ => return Err(unknown_handler(errors)),
            },
        }
    }
    Ok(())
}

fn backslashed(code: u32) -> String {
    match code {
        0..=0xff => format!("\\x{code:02x}"),
        0x100..=0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

fn unknown_handler(errors: &str) -> Error {
    Error::new(Kind::Compilation, format!("unknown error handler name `{errors}`"))
        .hint("known are strict, ignore, replace, xmlcharrefreplace and backslashreplace")
}

/// `bytes.decode(encoding, errors)`.
pub(in super::super) fn decode(bytes: &[u8], encoding: Encoding, errors: &str) -> Result<String> {
    let mut out = String::with_capacity(bytes.len());
    match encoding {
        Encoding::Utf8 => utf8(bytes, errors, &mut out)?,
        Encoding::Utf8WithMark => utf8(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes), errors, &mut out)?,
        Encoding::Latin1 => out.extend(bytes.iter().map(|byte| char::from(*byte))),
        Encoding::Ascii => {
            for byte in bytes {
                if byte.is_ascii() { out.push(char::from(*byte)) } else { undecodable(&[*byte], errors, &mut out)? }
            }
        }
        Encoding::Utf16 { big } => {
            let (big, bytes) = match (big, bytes) {
                (None, [0xfe, 0xff, rest @ ..]) => (true, rest),
                (None, [0xff, 0xfe, rest @ ..]) => (false, rest),
                (big, bytes) => (big.unwrap_or(false), bytes),
            };
            let (pairs, rest) = bytes.as_chunks::<2>();
            let unit = |pair: &[u8; 2]| if big { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) };
            for character in char::decode_utf16(pairs.iter().map(unit)) {
                match character {
                    Ok(character) => out.push(character),
                    Err(_) => undecodable(&[0], errors, &mut out)?,
                }
            }
            if !rest.is_empty() {
                undecodable(rest, errors, &mut out)?;
            }
        }
        Encoding::Utf32 { big } => {
            let (big, bytes) = match (big, bytes) {
                (None, [0, 0, 0xfe, 0xff, rest @ ..]) => (true, rest),
                (None, [0xff, 0xfe, 0, 0, rest @ ..]) => (false, rest),
                (big, bytes) => (big.unwrap_or(false), bytes),
            };
            let (fours, rest) = bytes.as_chunks::<4>();
            for four in fours {
                let code = if big { u32::from_be_bytes(*four) } else { u32::from_le_bytes(*four) };
                match char::from_u32(code) {
                    Some(character) => out.push(character),
                    None => undecodable(four, errors, &mut out)?,
                }
            }
            if !rest.is_empty() {
                undecodable(rest, errors, &mut out)?;
            }
        }
    }
    Ok(out)
}

fn utf8(bytes: &[u8], errors: &str, out: &mut String) -> Result<()> {
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            undecodable(chunk.invalid(), errors, out)?;
        }
    }
    Ok(())
}

fn undecodable(bytes: &[u8], errors: &str, out: &mut String) -> Result<()> {
    match errors {
        "ignore" => {}
        "replace" => out.push('\u{fffd}'),
        "backslashreplace" => {
            for byte in bytes {
                write!(out, "\\x{byte:02x}").expect("writing to a string does not fail");
            }
        }
        "strict" => {
            let byte = bytes.first().copied().unwrap_or_default();
            return Err(Error::new(Kind::Compilation, format!("the encoding cannot decode byte 0x{byte:02x}")));
        }
        _ => return Err(unknown_handler(errors)),
    }
    Ok(())
}
