//! Numbers that stand in texts, read as `int()` and `float()` read them.

use num_bigint::BigInt;

use super::unicode;

/// Python refuses to read longer integers, as reading them takes time that grows with the square.
const DIGITS_MAX: usize = 4300;

/// `int(text, base)`; `None` when the text is no integer of this base.
///
/// Base 0 takes the base from the prefix, as a literal in a program does.
pub(super) fn integer(text: &str, base: u32) -> Option<BigInt> {
    let text = text.trim_matches(unicode::is_space);
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (base, digits) = prefixed(unsigned, base)?;
    let digits = without_underscores(digits)?;
    if digits.len() > DIGITS_MAX && !base.is_power_of_two() {
        return None;
    }
    let magnitude = BigInt::parse_bytes(digits.as_bytes(), base)?;
    Some(if negative { -magnitude } else { magnitude })
}

fn prefixed(text: &str, base: u32) -> Option<(u32, &str)> {
    if base == 1 || base > 36 {
        return None;
    }
    let lower = text.get(..2).map(str::to_ascii_lowercase);
    let named = match lower.as_deref() {
        Some("0x") => Some(16),
        Some("0o") => Some(8),
        Some("0b") => Some(2),
        _ => None,
    };
    match named {
        Some(named) if base == 0 || base == named => {
            let rest = &text[2..];
            Some((named, rest.strip_prefix('_').unwrap_or(rest)))
        }
        _ if base == 0 => {
            // A leading zero is for zero alone.
            let zeros = text.starts_with('0') && text.trim_matches(['0', '_']) != "";
            (!zeros).then_some((10, text))
        }
        _ => Some((base, text)),
    }
}

// Underscores may stand between digits only.
fn without_underscores(text: &str) -> Option<String> {
    if text.is_empty() || text.starts_with(['_', '+', '-']) || text.ends_with('_') || text.contains("__") {
        return None;
    }
    Some(text.chars().filter(|character| *character != '_').map(ascii_digit).collect())
}

// The decimal digits of other scripts count as digits too; each script has its ten in a row.
fn ascii_digit(character: char) -> char {
    if character.is_ascii() || !unicode::is_decimal(character) {
        return character;
    }
    let mut zero = u32::from(character);
    while char::from_u32(zero - 1).is_some_and(unicode::is_decimal) && u32::from(character) - zero < 9 {
        zero -= 1;
    }
    char::from_digit(u32::from(character) - zero, 10).unwrap_or(character)
}

/// `float(text)`; `None` when the text is no number.
pub(super) fn float(text: &str) -> Option<f64> {
    let text = text.trim_matches(unicode::is_space);
    let mut plain = String::with_capacity(text.len());
    let characters: Vec<char> = text.chars().map(ascii_digit).collect();
    for (place, character) in characters.iter().enumerate() {
        if *character != '_' {
            plain.push(*character);
            continue;
        }
        let digit =
            |place: Option<usize>| place.and_then(|place| characters.get(place)).is_some_and(char::is_ascii_digit);
        if !digit(place.checked_sub(1)) || !digit(Some(place + 1)) {
            return None;
        }
    }
    plain.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_python_does() {
        assert_eq!(integer(" -1_000 ", 10), Some(BigInt::from(-1000)));
        assert_eq!(integer("0x_ff", 0), Some(BigInt::from(255)));
        assert_eq!(integer("٣", 10), Some(BigInt::from(3)));
        assert_eq!(integer("1__0", 10), None);
        assert_eq!(integer("010", 0), None);
        assert_eq!(float("1_0.5e1"), Some(105.0));
        assert_eq!(float("_1"), None);
    }
}
