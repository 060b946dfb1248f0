//! What the escapes of a text literal stand for.

/// The text that a literal's inside stands for. Escapes that Python does not know stay as they are.
pub(super) fn unescape(inside: &str) -> Result<String, String> {
    let mut out = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(offset) = rest.find(['\\', '\r']) {
        out.push_str(&rest[..offset]);
        let tail = &rest[offset + 1..];
        if rest.as_bytes()[offset] == b'\r' {
            out.push('\n');
            rest = tail.strip_prefix('\n').unwrap_or(tail);
            continue;
        }
        let (text, length) = escape(tail)?;
        match text {
            Some(character) => out.push(character),
            None if length == 0 => out.push('\\'),
            None => {}
        }
        rest = &tail[length..];
    }
    out.push_str(rest);
    Ok(out)
}

// What stands after a backslash: the character, and how many bytes it took.
fn escape(tail: &str) -> Result<(Option<char>, usize), String> {
    let Some(first) = tail.chars().next() else { return Ok((None, 0)) };
    let simple = match first {
        '\n' => return Ok((None, 1)),
        '\r' => return Ok((None, if tail.starts_with("\r\n") { 2 } else { 1 })),
        '\\' | '\'' | '"' => first,
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '0'..='7' => {
            let length = tail.bytes().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
            let code = u32::from_str_radix(&tail[..length], 8).expect("octal digits");
            return Ok((char::from_u32(code), length));
        }
        'x' => return hexadecimal(tail, 2),
        'u' => return hexadecimal(tail, 4),
        'U' => return hexadecimal(tail, 8),
        'N' => return Err("characters by name (`\\N{...}`) are not known; write `\\u` and the code".to_owned()),
        _ => return Ok((None, 0)),
    };
    Ok((Some(simple), 1))
}

fn hexadecimal(tail: &str, digits: usize) -> Result<(Option<char>, usize), String> {
    let code = tail.get(1..=digits).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let Some(code) = code.and_then(|text| u32::from_str_radix(text, 16).ok()) else {
        return Err(format!("`\\{}` takes {digits} hexadecimal digits", &tail[..1]));
    };
    if code > 0x0010_FFFF {
        return Err(format!("`\\{}` is outside Unicode", &tail[..=digits]));
    }
    // Half of a surrogate pair is no character of its own.
    Ok((Some(char::from_u32(code).unwrap_or('\u{fffd}')), digits + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_stand_for_what_python_says() {
        assert_eq!(unescape(r"a\tb\\\x41\u00e9\101\q").as_deref(), Ok("a\tb\\A\u{e9}A\\q"));
        assert_eq!(unescape("one\\\ntwo\r\nthree").as_deref(), Ok("onetwo\nthree"));
        assert!(unescape(r"\x4").is_err());
    }
}
