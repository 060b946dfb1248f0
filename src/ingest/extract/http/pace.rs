//! How fast a client may ask: so many requests of one host at once, so many a second, and none while a host wants rest.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// The pace of one client.
#[derive(Debug)]
pub struct Pace {
    at_once: usize,
    // The time that one request takes from the budget of a second.
    interval: Option<Duration>,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
    next: Mutex<Option<Instant>>,
}

#[derive(Debug)]
struct Host {
    places: Arc<Semaphore>,
    // The host asked to be left alone until then.
    rests_until: Mutex<Option<Instant>>,
}

/// Held while a request is under way.
#[derive(Debug)]
pub struct Turn {
    _place: Option<OwnedSemaphorePermit>,
}

impl Pace {
    /// `rate` is in requests a second; none means as fast as may be.
    pub fn new(at_once: usize, rate: Option<f64>) -> Self {
        let interval =
            rate.filter(|rate| rate.is_finite() && *rate > 0.0).map(|rate| Duration::from_secs_f64(1.0 / rate));
        Self { at_once: at_once.max(1), interval, hosts: Mutex::default(), next: Mutex::default() }
    }

    /// Waits until a request may be sent to the host.
    pub async fn turn(&self, host: &str) -> Turn {
        let host = self.host(host);
        // A semaphore that is never closed always gives a permit in the end.
        let place = Arc::clone(&host.places).acquire_owned().await.ok();
        loop {
            let rests = *host.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
            match rests {
                Some(until) if until > Instant::now() => sleep_until(until).await,
                _ => break,
            }
        }
        if let Some(at) = self.booked(Instant::now()) {
            sleep_until(at).await;
        }
        Turn { _place: place }
    }

    /// Leaves the host alone for a while: what it says to one request, it means for all.
    pub fn rest(&self, host: &str, wait: Duration) {
        let host = self.host(host);
        let until = Instant::now() + wait;
        let mut rests = host.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        *rests = Some(rests.map_or(until, |before| before.max(until)));
    }

    // The bucket holds one token; whoever comes books the next one.
    fn booked(&self, now: Instant) -> Option<Instant> {
        let interval = self.interval?;
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let at = next.map_or(now, |next| next.max(now));
        *next = Some(at + interval);
        Some(at)
    }

    fn host(&self, name: &str) -> Arc<Host> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || Arc::new(Host { places: Arc::new(Semaphore::new(self.at_once)), rests_until: Mutex::default() });
        Arc::clone(hosts.entry(name.to_owned()).or_insert_with(made))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_books_requests_one_after_the_other() {
        let pace = Pace::new(8, Some(4.0));
        let now = Instant::now();
        let booked: Vec<u128> = (0..3).filter_map(|_| pace.booked(now)).map(|at| (at - now).as_millis()).collect();
        assert_eq!(booked, [0, 250, 500]);
        let later = now + Duration::from_secs(9);
        assert_eq!(pace.booked(later), Some(later));
        assert_eq!(Pace::new(8, None).booked(now), None);
    }

    #[test]
    fn a_longer_rest_is_not_cut_short() {
        let pace = Pace::new(1, None);
        pace.rest("a", Duration::from_secs(9));
        pace.rest("a", Duration::from_secs(1));
        let until = pace.host("a").rests_until.lock().unwrap().unwrap();
        assert!(until > Instant::now() + Duration::from_secs(5));
        assert!(pace.host("b").rests_until.lock().unwrap().is_none());
    }
}
