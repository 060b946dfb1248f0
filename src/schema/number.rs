//! Decimal numbers of up to 38 digits, exact.

/// A decimal number: digits divided by ten to the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) digits: i128,
    pub(super) scale: i32,
}

impl Number {
    /// Reads what Python's `str` writes of an int or Decimal; `None` when it has more than 38 digits or is no number.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, "0"), |(m, e)| (m, e));
        let exponent: i32 = exponent.parse().ok()?;
        let (negative, unsigned) = match mantissa.as_bytes().first()? {
            b'-' => (true, &mantissa[1..]),
            b'+' => (false, &mantissa[1..]),
            _ => (false, mantissa),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let mut digits: i128 = 0;
        let mut any = false;
        for c in whole.bytes().chain(fraction.bytes()).filter(|c| *c != b'_') {
            if !c.is_ascii_digit() {
                return None;
            }
            any = true;
            digits = digits.checked_mul(10)?.checked_add(i128::from(c - b'0'))?;
        }
        let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        any.then_some(Self { digits: if negative { -digits } else { digits }, scale })
    }

    pub(super) fn is_zero(self) -> bool {
        self.digits == 0
    }

    /// The digits at another scale, rounded half away from zero, and whether that is exact.
    pub(super) fn rescale(self, scale: i32) -> Option<(i128, bool)> {
        if self.digits == 0 {
            return Some((0, true));
        }
        if scale >= self.scale {
            let factor = 10i128.checked_pow(u32::try_from(scale - self.scale).ok()?)?;
            return self.digits.checked_mul(factor).map(|digits| (digits, true));
        }
        let Some(divisor) = 10i128.checked_pow((self.scale - scale) as u32) else { return Some((0, false)) };
        let (quotient, remainder) = (self.digits / divisor, self.digits % divisor);
        let round_up = remainder.unsigned_abs() >= (divisor - remainder.abs()).unsigned_abs();
        let rounded = if round_up { quotient + self.digits.signum() } else { quotient };
        Some((rounded, remainder == 0))
    }
}
