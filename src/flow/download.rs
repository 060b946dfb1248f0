//! Packages of models, fetched with the client that fetches pages of APIs.

use std::sync::OnceLock;
use std::time::Duration;

use crate::error::{Error, Kind, Result};
use crate::ingest::extract::http::retry::Retry;
use crate::ingest::extract::http::{Answer, Failure, FailureKind, HttpClient, Options, Proxy, Request};
use crate::transform::deps::Fetch;

/// Fetches what stands at a URL. The client is made when the first one is asked for.
#[derive(Default)]
pub struct Download {
    client: OnceLock<HttpClient>,
}

const BODY_BYTES_MAX: usize = 256 * 1024 * 1024;
const REDIRECTS_MAX: usize = 10;

impl Fetch for Download {
    fn get(&self, url: &str) -> Result<Vec<u8>> {
        let mut at = url.to_owned();
        for _ in 0..REDIRECTS_MAX {
            let answer = self.answer(&at)?;
            match answer.status {
                200..=299 => return Ok(answer.body.to_vec()),
                301 | 302 | 303 | 307 | 308 => at = redirected(&at, &answer)?,
                status => {
                    return Err(Error::new(Kind::Io, format!("{} answered {status} {}", shown(&at), answer.reason))
                        .hint("check the name of the package and its version, and that you may read it"));
                }
            }
        }
        Err(Error::new(Kind::Io, format!("{} leads to another address again and again", shown(url))))
    }
}

impl Download {
    fn answer(&self, url: &str) -> Result<Answer> {
        let client = if let Some(client) = self.client.get() {
            client
        } else {
            let made = HttpClient::new(options())?;
            self.client.get_or_init(|| made)
        };
        let request = Request {
            method: "GET".to_owned(),
            url: url.to_owned(),
            headers: vec![("user-agent".to_owned(), b"gristmill".to_vec())],
            body: None,
            paths: Vec::new(),
        };
        let fetch = client.submit(request)?;
        let patience = Duration::from_secs(600);
        let answer =
            fetch.wait(patience).unwrap_or_else(|| Err(Failure::new(FailureKind::Timeout, "it took too long")));
        answer.map_err(|failure| {
            Error::new(Kind::Io, format!("{} cannot be fetched: {}", shown(url), failure.text))
                .hint("packages with `package:` or `tarball:` need a connection; `local:` packages and those that are built in need none")
        })
    }
}

fn options() -> Options {
    Options {
        proxy: Proxy::Environment,
        silence_max: Duration::from_secs(30),
        total_max: Duration::from_secs(300),
        retry: Retry { attempts_max: 5, backoff: Duration::from_millis(500), delay_max: Duration::from_secs(10) },
        body_bytes_max: BODY_BYTES_MAX,
        row_bytes_max: BODY_BYTES_MAX,
        concurrency: 4,
        rate: None,
        certificates: None,
        only_these_certificates: false,
    }
}

fn redirected(from: &str, answer: &Answer) -> Result<String> {
    let location = answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
    let location = location.and_then(|(_, value)| std::str::from_utf8(value).ok());
    let target = location.and_then(|location| joined(from, location));
    target.ok_or_else(|| Error::new(Kind::Io, format!("{} leads elsewhere and does not say where", shown(from))))
}

// `/path` and `https://other/path` are what servers send.
fn joined(from: &str, location: &str) -> Option<String> {
    if location.starts_with("http://") || location.starts_with("https://") {
        // What was asked for over an encrypted line does not go on in the open.
        return (!from.starts_with("https://") || location.starts_with("https://")).then(|| location.to_owned());
    }
    let path_start = from.find("://").map(|at| at + 3)?;
    let origin_end = from[path_start..].find('/').map_or(from.len(), |at| path_start + at);
    location.starts_with('/').then(|| format!("{}{location}", &from[..origin_end]))
}

// A URL may hold a login or a key.
fn shown(url: &str) -> String {
    let without_query = url.split(['?', '#']).next().unwrap_or(url);
    match without_query.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            format!("{scheme}://{}{path}", host.rsplit('@').next().unwrap_or(host))
        }
        None => without_query.to_owned(),
    }
}
