//! From a request to its answer, in as many attempts as it takes.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use reqwest::header::{CONTENT_ENCODING, HeaderMap, RETRY_AFTER};
use tokio::time::{Instant, sleep, timeout_at};

use super::client::Shared;
use super::look::{self, Look, Step};
use super::retry::{is_passing, retry_after};
use super::unpack::unpacked;
use crate::error::Result;

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub reason: String,
    pub headers: Vec<(String, Vec<u8>)>,
    /// Unpacked.
    pub body: Arc<Vec<u8>>,
    /// What a look into it showed; of an error or a redirect nothing.
    pub look: Look,
    pub attempts: u32,
}

/// Why there is no answer. The text names no URL, which may hold a key.
#[derive(Clone, Debug)]
pub struct Failure {
    pub kind: FailureKind,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The server was not reached.
    Connect,
    /// The server was silent, or the answer took too long altogether.
    Timeout,
    /// The connection broke while the answer came, or the answer was damaged.
    Broken,
    /// The answer is larger than it may be.
    TooLarge,
    /// The two sides found no way to trust each other.
    Tls,
    /// The request cannot be sent at all.
    Invalid,
}

impl FailureKind {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Broken => "broken",
            Self::TooLarge => "too-large",
            Self::Tls => "tls",
            Self::Invalid => "invalid",
        }
    }

    fn may_pass(self) -> bool {
        match self {
            Self::Connect | Self::Timeout | Self::Broken => true,
            Self::TooLarge | Self::Tls | Self::Invalid => false,
        }
    }
}

impl Failure {
    pub fn new(kind: FailureKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
}

/// Asks until the answer is good enough, or for the last time.
pub(super) async fn run(shared: &Shared, request: &reqwest::Request, paths: &[Vec<Step>]) -> Result<Answer, Failure> {
    let retry = shared.options.retry;
    let host = request.url().host_str().unwrap_or_default().to_owned();
    let mut attempt = 1;
    loop {
        let outcome = {
            let _turn = shared.pace.turn(&host).await;
            once(shared, request, attempt).await
        };
        let is_last = attempt >= retry.attempts_max;
        let wait = match &outcome {
            Ok(answer) if !is_last && is_passing(answer.status) => {
                let asked = asked_for(answer);
                let wait = retry.delay(attempt, asked);
                if asked.is_some() {
                    shared.pace.rest(&host, wait);
                }
                wait
            }
            Ok(answer) if !is_last && answer.status < 300 && look::is_cut_off(&answer.body) => {
                retry.delay(attempt, None)
            }
            Err(failure) if !is_last && failure.kind.may_pass() => retry.delay(attempt, None),
            Ok(_) => return looked_into(outcome?, paths, shared.options.row_bytes_max).await,
            Err(_) => return outcome,
        };
        sleep(wait).await;
        attempt += 1;
    }
}

fn asked_for(answer: &Answer) -> Option<Duration> {
    let name = RETRY_AFTER.as_str();
    let (_, value) = answer.headers.iter().find(|(header, _)| header == name)?;
    retry_after(std::str::from_utf8(value).ok()?, Utc::now())
}

async fn once(shared: &Shared, request: &reqwest::Request, attempt: u32) -> Result<Answer, Failure> {
    let request = request
        .try_clone()
        .ok_or_else(|| Failure::new(FailureKind::Invalid, "a body that is streamed cannot be sent twice"))?;
    let deadline = Instant::now() + shared.options.total_max;
    let late = |_| {
        let seconds = shared.options.total_max.as_secs_f64();
        Failure::new(FailureKind::Timeout, format!("the answer was not complete after {seconds} seconds"))
    };
    let mut response =
        timeout_at(deadline, shared.http.execute(request)).await.map_err(late)?.map_err(|e| failed(&e))?;
    let most = shared.options.body_bytes_max;
    let mut body = Vec::new();
    while let Some(piece) = timeout_at(deadline, response.chunk()).await.map_err(late)?.map_err(|e| failed(&e))? {
        if body.len() + piece.len() > most {
            return Err(Failure::new(FailureKind::TooLarge, format!("the answer is larger than {most} bytes")));
        }
        body.extend_from_slice(&piece);
    }
    if let Some(encodings) = encodings_of(response.headers()) {
        body = beside(move || unpacked(body, &encodings, most)).await??;
    }
    let status = response.status();
    Ok(Answer {
        status: status.as_u16(),
        reason: status.canonical_reason().unwrap_or_default().to_owned(),
        headers: response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect(),
        body: Arc::new(body),
        look: Look::default(),
        attempts: attempt,
    })
}

fn encodings_of(headers: &HeaderMap) -> Option<String> {
    let named: Vec<&str> = headers.get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok()).collect();
    (!named.is_empty()).then(|| named.join(","))
}

// Unpacking and parsing are work: they must not hold up other answers.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Failure::new(FailureKind::Broken, format!("the answer could not be read: {error}")))
}

async fn looked_into(mut answer: Answer, paths: &[Vec<Step>], row_bytes_max: usize) -> Result<Answer, Failure> {
    if answer.status < 300 && !paths.is_empty() {
        let (body, paths) = (Arc::clone(&answer.body), paths.to_vec());
        answer.look = beside(move || look::look(&body, &paths, row_bytes_max)).await?;
    }
    Ok(answer)
}

fn failed(error: &reqwest::Error) -> Failure {
    let kind = if error.is_timeout() {
        FailureKind::Timeout
    } else if is_about_trust(error) {
        FailureKind::Tls
    } else if error.is_connect() {
        FailureKind::Connect
    } else if error.is_builder() {
        FailureKind::Invalid
    } else {
        FailureKind::Broken
    };
    Failure::new(kind, told(error))
}

fn is_about_trust(error: &(dyn std::error::Error + 'static)) -> bool {
    // The error within an `io::Error` is no source of it.
    let within = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>()
        || within.is_some_and(|within| is_about_trust(within))
        || error.source().is_some_and(is_about_trust)
}

/// What an error and its causes say, without the URL.
pub(super) fn told(error: &reqwest::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    // The outermost text says little more than the URL.
    let mut cause = error.source();
    while let Some(inner) = cause {
        parts.push(inner.to_string());
        cause = inner.source();
    }
    parts.dedup();
    match parts.is_empty() {
        true if error.is_timeout() => "the server stayed silent for too long".to_owned(),
        true => "the connection failed".to_owned(),
        false => parts.join(": "),
    }
}
