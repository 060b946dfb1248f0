//! What Python knows about characters where Rust's standard library knows it differently.

use std::sync::LazyLock;

use regex::Regex;

/// `str.isspace`: Rust's white space, and the four separators of ASCII.
pub(super) fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\x1c'..='\x1f')
}

/// `str.isalpha`: the letters, without the marks and numerals that Rust's `is_alphabetic` counts too.
pub(super) fn is_alpha(character: char) -> bool {
    static LETTER: LazyLock<Regex> = LazyLock::new(|| class(r"\p{L}"));
    if character.is_ascii() { character.is_ascii_alphabetic() } else { matches(&LETTER, character) }
}

/// `str.isdecimal`: digits that make up numbers.
pub(super) fn is_decimal(character: char) -> bool {
    static DECIMAL: LazyLock<Regex> = LazyLock::new(|| class(r"\p{Nd}"));
    if character.is_ascii() { character.is_ascii_digit() } else { matches(&DECIMAL, character) }
}

/// `str.isdigit`: decimals, and superscript and circled digits.
pub(super) fn is_digit(character: char) -> bool {
    is_decimal(character)
        || matches!(u32::from(character),
            0xb2..=0xb3 | 0xb9 | 0x1369..=0x1371 | 0x19da | 0x2070 | 0x2074..=0x2079 | 0x2080..=0x2089
            | 0x2460..=0x2468 | 0x2474..=0x247c | 0x2488..=0x2490 | 0x24ea | 0x24f5..=0x24fd | 0x24ff
            | 0x2776..=0x277e | 0x2780..=0x2788 | 0x278a..=0x2792 | 0x10a40..=0x10a43 | 0x10e60..=0x10e68
            | 0x11052..=0x1105a | 0x1f100..=0x1f10a)
}

/// The ideographs that stand for numbers.
const NUMERIC_IDEOGRAPHS: &str = concat!(
    "㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅卌叁参參叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬",
    "貮貳贰阡陆陌陸零\u{f96b}\u{f973}\u{f978}\u{f9b2}\u{f9d1}\u{f9d3}\u{f9fd}\u{20001}\u{20064}\u{200e2}\u{20121}\u{2092a}\u{20983}\u{2098c}\u{2099c}\u{20aea}\u{20afd}\u{20b19}\u{22390}\u{22998}\u{23b1b}\u{2626d}\u{2f890}",
);

/// `str.isnumeric`: all that has a numeric value.
pub(super) fn is_numeric(character: char) -> bool {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| class(r"\p{N}"));
    if character.is_ascii() {
        return character.is_ascii_digit();
    }
    matches(&NUMBER, character) || NUMERIC_IDEOGRAPHS.contains(character)
}

/// `str.isalnum`.
pub(super) fn is_alphanumeric(character: char) -> bool {
    is_alpha(character) || is_decimal(character) || is_digit(character) || is_numeric(character)
}

/// `\w` of a text pattern, and what a word is made of.
pub(super) fn is_word(character: char) -> bool {
    character == '_' || is_alphanumeric(character)
}

/// Whether the character has the form that begins a title: `ǅ`.
pub(super) fn is_titlecase(character: char) -> bool {
    matches!(u32::from(character),
        453 | 456 | 459 | 498 | 0x1f88..=0x1f8f | 0x1f98..=0x1f9f | 0x1fa8..=0x1faf | 0x1fbc | 0x1fcc | 0x1ffc)
}

/// Whether the character has case at all.
pub(super) fn is_cased(character: char) -> bool {
    character.is_lowercase() || character.is_uppercase() || is_titlecase(character)
}

/// `str.isidentifier`.
pub(super) fn is_identifier(text: &str) -> bool {
    static IDENTIFIER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^[\p{XID_Start}_]\p{XID_Continue}*$").expect("the pattern is valid"));
    IDENTIFIER.is_match(text) && !text.ends_with('\n')
}

/// Appends the title form of a character: `ß` becomes `Ss`.
pub(super) fn push_title(character: char, out: &mut String) {
    match u32::from(character) {
        0x1c4..=0x1c6 => out.push('ǅ'),
        0x1c7..=0x1c9 => out.push('ǈ'),
        0x1ca..=0x1cc => out.push('ǋ'),
        0x1f1..=0x1f3 => out.push('ǲ'),
        // Georgian letters have capitals for whole words only.
        0x10d0..=0x10ff => out.push(character),
        code @ (0x1f80..=0x1f87 | 0x1f90..=0x1f97 | 0x1fa0..=0x1fa7) => {
            out.push(char::from_u32(code + 8).unwrap_or(character));
        }
        code @ (0x1fb3 | 0x1fc3 | 0x1ff3) => out.push(char::from_u32(code + 9).unwrap_or(character)),
        _ if is_titlecase(character) => out.push(character),
        _ => {
            let mut upper = character.to_uppercase();
            out.extend(upper.next());
            out.extend(upper.flat_map(char::to_lowercase));
        }
    }
}

/// `str.casefold`: what texts are compared by when case does not matter.
pub(super) fn casefold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            'ı' => folded.push('ı'),
            'ẞ' => folded.push_str("ss"),
            // Cherokee folds to its capitals, which were there first.
            '\u{13a0}'..='\u{13fd}' | '\u{ab70}'..='\u{abbf}' => folded.extend(character.to_uppercase()),
            _ => folded.extend(character.to_uppercase().flat_map(char::to_lowercase)),
        }
    }
    folded
}

fn class(class: &str) -> Regex {
    Regex::new(&format!("^{class}$")).expect("the pattern is valid")
}

fn matches(class: &Regex, character: char) -> bool {
    class.is_match(character.encode_utf8(&mut [0; 4]))
}
