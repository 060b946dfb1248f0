//! `+ - * / // % **` of decimals, and rounding.

use num_bigint::BigUint;

use super::{Decimal, Size};
use crate::error::{Error, Kind, Result};
use crate::transform::jinja::limits;

/// The digits that a result keeps.
const DIGITS: i64 = 28;
/// Beyond these powers of ten a number is too large or too small.
pub(super) const EXPONENT_MAX: i64 = 999_999;
/// The largest power that is computed: by repeated multiplication.
const POWER_MAX: u32 = 10_000;

/// `left operator right`; `None` for what decimals have no such operator for.
pub(super) fn binary(operator: &str, left: &Decimal, right: &Decimal) -> Option<Result<Decimal>> {
    let both = (&left.size, &right.size);
    let (Size::Finite { .. }, Size::Finite { .. }) = both else {
        return Some(beyond(operator, left, right));
    };
    Some(
        match operator {
            "+" => Ok(add(left, right)),
            "-" => Ok(add(left, &opposite(right))),
            "*" => Ok(multiply(left, right)),
            "/" => divide(left, right),
            "//" => whole_quotient(left, right),
            "%" => whole_quotient(left, right).map(|quotient| add(left, &opposite(&multiply(&quotient, right)))),
            "**" => return power(left, right),
            _ => return None,
        }
        .and_then(rounded),
    )
}

// What floats do with infinity and NaN, decimals do as well, but that they refuse what has no answer.
fn beyond(operator: &str, left: &Decimal, right: &Decimal) -> Result<Decimal> {
    use crate::transform::jinja::Object as _;
    let (a, b) = (left.as_float().unwrap_or(f64::NAN), right.as_float().unwrap_or(f64::NAN));
    let result = match operator {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" | "//" => a / b,
        "%" => a % b,
        _ => a.powf(b),
    };
    if result.is_nan() && !a.is_nan() && !b.is_nan() {
        return Err(Error::new(Kind::Compilation, format!("`{left} {operator} {right}` has no answer")));
    }
    Ok(Decimal::printed(result))
}

/// `-number` or `+number`: rounded like each result, and a zero without a sign.
pub(super) fn with_sign(number: &Decimal, is_opposite: bool) -> Result<Decimal> {
    let negative = number.negative != is_opposite && !number.is_zero();
    rounded(Decimal { negative, size: number.size.clone() })
}

fn opposite(number: &Decimal) -> Decimal {
    Decimal { negative: !number.negative, size: number.size.clone() }
}

fn parts(number: &Decimal) -> (&BigUint, i64) {
    const ZERO: &BigUint = &BigUint::ZERO;
    match &number.size {
        Size::Finite { digits, exponent } => (digits, *exponent),
        Size::Infinite | Size::NotANumber => (ZERO, 0),
    }
}

/// How many digits there are.
pub(super) fn length(digits: &BigUint) -> i64 {
    if digits.bits() == 0 { 1 } else { digits.to_string().len() as i64 }
}

pub(super) fn power_of_ten(exponent: u64) -> Result<BigUint> {
    // Three and a third bits are a digit.
    limits::integer(exponent.saturating_mul(10) / 3)?;
    Ok(BigUint::from(10u8).pow(exponent as u32))
}

fn add(left: &Decimal, right: &Decimal) -> Decimal {
    let ((a, e), (b, f)) = (parts(left), parts(right));
    // What is far below the last digit that stays only decides how to round: a one at its end does the same.
    let (mut small, mut large) = ((a.clone(), e, left.negative), (b.clone(), f, right.negative));
    if small.1 > large.1 {
        std::mem::swap(&mut small, &mut large);
    }
    if large.0.bits() > 0 && small.0.bits() > 0 {
        let last = large.1 + (-1).min(length(&large.0) - DIGITS - 2);
        if length(&small.0) + small.1 - 1 < last {
            small = (BigUint::from(1u8), last, small.2);
        }
    } else if large.0.bits() == 0 {
        // A zero has no digits to move.
        large.1 = small.1;
    } else {
        small.1 = small.1.max(large.1 - DIGITS - 1).min(large.1);
    }
    let shift = BigUint::from(10u8).pow((large.1 - small.1).unsigned_abs() as u32);
    let large_digits = large.0 * shift;
    let exponent = small.1;
    if small.2 == large.2 {
        return Decimal::finite(small.2, small.0 + large_digits, exponent);
    }
    if small.0 == large_digits {
        return Decimal::finite(false, BigUint::ZERO, exponent);
    }
    let small_wins = small.0 > large_digits;
    let (digits, negative) =
        if small_wins { (small.0 - large_digits, small.2) } else { (large_digits - small.0, large.2) };
    Decimal::finite(negative, digits, exponent)
}

fn multiply(left: &Decimal, right: &Decimal) -> Decimal {
    let ((a, e), (b, f)) = (parts(left), parts(right));
    Decimal::finite(left.negative != right.negative, a * b, e + f)
}

fn divide(left: &Decimal, right: &Decimal) -> Result<Decimal> {
    let ((a, e), (b, f)) = (parts(left), parts(right));
    if b.bits() == 0 {
        return Err(division_by_zero());
    }
    let negative = left.negative != right.negative;
    if a.bits() == 0 {
        return Ok(Decimal::finite(negative, BigUint::ZERO, e - f));
    }
    // One digit more than stays, and a last one that says whether anything was cut off.
    let shift = length(b) - length(a) + DIGITS + 1;
    let ten = BigUint::from(10u8).pow(shift.unsigned_abs() as u32);
    let (above, below) = if shift >= 0 { (a * ten, b.clone()) } else { (a.clone(), b * ten) };
    let mut digits = &above / &below;
    let mut exponent = e - f - shift;
    if &digits * &below == above {
        // An exact quotient has no more places than it needs.
        while exponent < e - f && (&digits % 10u8).bits() == 0 {
            digits /= 10u8;
            exponent += 1;
        }
    } else if (&digits % 5u8).bits() == 0 {
        digits += 1u8;
    }
    Ok(Decimal::finite(negative, digits, exponent))
}

// The quotient without what is behind the point: toward zero, other than for integers.
fn whole_quotient(left: &Decimal, right: &Decimal) -> Result<Decimal> {
    let ((a, e), (b, f)) = (parts(left), parts(right));
    if b.bits() == 0 {
        return Err(division_by_zero());
    }
    if length(a) + e - length(b) - f > DIGITS {
        return Err(Error::new(
            Kind::Compilation,
            format!("the whole quotient of {left} by {right} has too many digits"),
        ));
    }
    let negative = left.negative != right.negative;
    if length(a) + e < length(b) + f {
        return Ok(Decimal::finite(negative, BigUint::ZERO, 0));
    }
    let shift = power_of_ten((e - f).unsigned_abs())?;
    let digits = if e >= f { a * shift / b } else { a / (b * shift) };
    Ok(Decimal::finite(negative, digits, 0))
}

// To a whole power, the only ones that have exact answers.
fn power(base: &Decimal, exponent: &Decimal) -> Option<Result<Decimal>> {
    let (_, places) = parts(&exponent.trimmed());
    let exponent = exponent.whole().ok().filter(|_| places >= 0)?;
    let times = u32::try_from(exponent.magnitude()).ok().filter(|times| *times <= POWER_MAX)?;
    let one = Decimal::finite(false, BigUint::from(1u8), 0);
    if times > 0 && base.is_zero() && exponent.sign() == num_bigint::Sign::Plus {
        return Some(Ok(Decimal::finite(base.negative && times % 2 == 1, BigUint::ZERO, 0)));
    }
    let grown = (0..times).try_fold(one.clone(), |grown, _| kept(multiply(&grown, base), DIGITS + 10));
    Some(
        grown
            .and_then(|grown| if exponent.sign() == num_bigint::Sign::Minus { divide(&one, &grown) } else { Ok(grown) })
            .and_then(rounded),
    )
}

fn division_by_zero() -> Error {
    Error::new(Kind::Compilation, "division by zero")
}

fn rounded(number: Decimal) -> Result<Decimal> {
    kept(number, DIGITS)
}

fn kept(number: Decimal, digits_kept: i64) -> Result<Decimal> {
    let (digits, exponent) = parts(&number);
    let excess = length(digits) - digits_kept;
    if excess > 0 {
        // Nines that are rounded up are one digit more.
        return kept(at_exponent(&number, exponent + excess)?, digits_kept);
    }
    if digits.bits() > 0 && (exponent + length(digits) - 1).abs() > EXPONENT_MAX {
        return Err(Error::new(Kind::Compilation, "a decimal number is too large or too small"));
    }
    Ok(number)
}

/// The number with its last digit at a power of ten, half to even.
pub(super) fn at_exponent(number: &Decimal, wanted: i64) -> Result<Decimal> {
    let Size::Finite { digits, exponent } = &number.size else { return Ok(number.clone()) };
    let ten = power_of_ten((exponent - wanted).unsigned_abs())?;
    if *exponent >= wanted {
        return Ok(Decimal::finite(number.negative, digits * ten, wanted));
    }
    let (quotient, rest) = (digits / &ten, digits % &ten);
    let up = match (rest * 2u8).cmp(&ten) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => quotient.bit(0),
        std::cmp::Ordering::Greater => true,
    };
    Ok(Decimal::finite(number.negative, if up { quotient + 1u8 } else { quotient }, wanted))
}
