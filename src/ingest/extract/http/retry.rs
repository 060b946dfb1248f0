//! When a request is sent again, and after how long.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// How often, and how patiently.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    pub attempts_max: u32,
    /// The first wait; each further one is twice as long.
    pub backoff: Duration,
    /// The longest wait, also when the server asks for more.
    pub delay_max: Duration,
}

impl Retry {
    /// The wait after an attempt, counted from 1, when the server asked for `asked`.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use gristmill::ingest::extract::http::retry::Retry;
    /// let retry = Retry { attempts_max: 5, backoff: Duration::from_secs(1), delay_max: Duration::from_secs(300) };
    /// assert_eq!(retry.delay(3, None), Duration::from_secs(4));
    /// assert_eq!(retry.delay(1, Some(Duration::from_secs(1000))), Duration::from_secs(300));
    /// ```
    pub fn delay(&self, attempt: u32, asked: Option<Duration>) -> Duration {
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1).min(30));
        asked.unwrap_or_else(|| self.backoff.saturating_mul(doubled)).min(self.delay_max)
    }
}

/// Whether a server that gives this status may give another one later.
pub fn is_passing(status: u16) -> bool {
    status == 429 || (500..600).contains(&status)
}

/// What a `Retry-After` header asks for: seconds, or a date. A date that is over asks for nothing.
pub fn retry_after(header: &str, now: DateTime<Utc>) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(header).ok()?;
    (until.with_timezone(&Utc) - now).to_std().ok().filter(|wait| !wait.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read() {
        let now = DateTime::parse_from_rfc2822("Wed, 21 Oct 2026 07:28:00 GMT").unwrap().with_timezone(&Utc);
        assert_eq!(retry_after(" 7 ", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Wed, 21 Oct 2026 07:28:30 GMT", now), Some(Duration::from_secs(30)));
        assert_eq!(retry_after("Wed, 21 Oct 2026 07:27:30 GMT", now), None);
        assert_eq!(retry_after("soon", now), None);
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let retry = Retry { attempts_max: 9, backoff: Duration::from_secs(1), delay_max: Duration::from_secs(5) };
        let waits: Vec<u64> = (1..=4).map(|attempt| retry.delay(attempt, None).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 5]);
        assert_eq!(retry.delay(u32::MAX, None).as_secs(), 5);
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        assert!([429, 500, 503, 599].into_iter().all(is_passing));
        assert!(![200, 302, 400, 401, 404, 600].into_iter().any(is_passing));
    }
}
