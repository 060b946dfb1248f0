//! How Python prints floats.

/// `repr(float)`: the shortest digits that read back as the same number.
///
/// ```
/// use gristmill::transform::jinja::format::float::repr;
/// assert_eq!(repr(0.1 + 0.2), "0.30000000000000004");
/// assert_eq!(repr(1e16), "1e+16");
/// assert_eq!(repr(100.0), "100.0");
/// ```
pub fn repr(number: f64) -> String {
    if !number.is_finite() {
        return not_finite(number).to_owned();
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').expect("Rust writes an exponent");
    let exponent: i32 = exponent.parse().expect("Rust writes a number");
    if (-4..16).contains(&exponent) {
        let plain = format!("{number}");
        return if plain.contains('.') { plain } else { plain + ".0" };
    }
    format!("{digits}e{}", signed(exponent))
}

/// `inf`, `-inf` or `nan`.
pub(super) fn not_finite(number: f64) -> &'static str {
    if number.is_nan() {
        "nan"
    } else if number > 0.0 {
        "inf"
    } else {
        "-inf"
    }
}

/// An exponent as Python writes it: with its sign and at least two digits.
pub(super) fn signed(exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{:02}", exponent.abs())
}

/// The decimal exponent that the number has once it is rounded to `digits` significant digits.
pub(super) fn exponent_after_rounding(number: f64, digits: usize) -> i32 {
    let scientific = format!("{:.*e}", digits.saturating_sub(1), number);
    scientific.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

/// Like C's `%e`, `%f` and `%g`, on a number without its sign; `alternate` keeps the point and trailing zeros.
pub(super) fn presented(number: f64, presentation: char, precision: usize, alternate: bool) -> String {
    let lower = presentation.to_ascii_lowercase();
    if !number.is_finite() {
        return cased(not_finite(number).to_owned(), presentation);
    }
    let text = match lower {
        'e' => exponential(number, precision, alternate),
        'f' | '%' => fixed(number, precision, alternate),
        _ => general(number, precision, alternate),
    };
    cased(text, presentation)
}

fn cased(text: String, presentation: char) -> String {
    if presentation.is_ascii_uppercase() { text.to_uppercase() } else { text }
}

fn fixed(number: f64, precision: usize, alternate: bool) -> String {
    let text = format!("{number:.precision$}");
    if alternate && precision == 0 { text + "." } else { text }
}

fn exponential(number: f64, precision: usize, alternate: bool) -> String {
    let scientific = format!("{number:.precision$e}");
    let (digits, exponent) = scientific.split_once('e').expect("Rust writes an exponent");
    let point = if alternate && precision == 0 { "." } else { "" };
    format!("{digits}{point}e{}", signed(exponent.parse().unwrap_or(0)))
}

fn general(number: f64, precision: usize, alternate: bool) -> String {
    let precision = precision.max(1);
    let exponent = exponent_after_rounding(number, precision);
    if exponent < -4 || exponent >= precision as i32 {
        let text = exponential(number, precision - 1, alternate);
        if alternate {
            return text;
        }
        let (digits, exponent) = text.split_once('e').expect("an exponent was written");
        return format!("{}e{exponent}", without_trailing_zeros(digits));
    }
    let text = fixed(number, (precision as i32 - 1 - exponent).max(0) as usize, alternate);
    if alternate { text } else { without_trailing_zeros(&text).to_owned() }
}

fn without_trailing_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}
