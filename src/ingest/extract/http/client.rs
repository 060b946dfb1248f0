//! A client: its connections, its pace, and the threads that wait for answers.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue};
use tokio::task::AbortHandle;

use super::fetch::{self, Answer, Failure, FailureKind};
use super::look::Step;
use super::pace::Pace;
use super::retry::Retry;
use super::runtime::{install_crypto, runtime};
use crate::error::{Error, Kind, Result};

/// What answers may be packed with.
const ENCODINGS: &str = "gzip, deflate, br, zstd";

/// How a client behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long connecting may take, and how long a server may stay silent.
    pub silence_max: Duration,
    /// How long one answer may take altogether.
    pub total_max: Duration,
    pub retry: Retry,
    /// The largest answer, unpacked.
    pub body_bytes_max: usize,
    /// The largest record of a page.
    pub row_bytes_max: usize,
    /// How many requests of one host are under way at once.
    pub concurrency: usize,
    /// In requests a second.
    pub rate: Option<f64>,
    pub proxy: Proxy,
    /// Certificates to trust (PEM) beside those of the system, or in their place.
    pub certificates: Option<Vec<u8>>,
    pub only_these_certificates: bool,
}

/// Where requests go instead of to the server itself.
#[derive(Clone, Debug)]
pub enum Proxy {
    /// As `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say.
    Environment,
    Nothing,
    /// A URL, with a login if it needs one.
    Through(String),
}

/// One request, ready to be sent: credentials are in its headers or its URL already.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Option<Vec<u8>>,
    /// What to look for in a JSON answer; the records stand at the first.
    pub paths: Vec<Vec<Step>>,
}

/// Sends requests and waits for their answers in threads of its own.
#[derive(Clone, Debug)]
pub struct HttpClient {
    shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) http: reqwest::Client,
    pub(super) pace: Pace,
    pub(super) options: Options,
}

/// An answer that is on its way. Dropping it calls the request off.
#[derive(Debug)]
pub struct Fetch {
    answer: Receiver<Result<Answer, Failure>>,
    task: AbortHandle,
}

impl HttpClient {
    pub fn new(options: Options) -> Result<Self> {
        install_crypto();
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(options.silence_max)
            .read_timeout(options.silence_max)
            .pool_max_idle_per_host(options.concurrency)
            .retry(reqwest::retry::never())
            // Servers mean several things by these; `unpack.rs` reads them all.
            .no_deflate()
            .no_gzip()
            // Names of headers have no case; some old servers think that they have.
            .http1_title_case_headers()
            // A header that is none does not make the answer worthless.
            .http1_ignore_invalid_headers_in_responses(true)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .default_headers(HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(ENCODINGS))]));
        builder = match &options.proxy {
            Proxy::Environment => builder,
            Proxy::Nothing => builder.no_proxy(),
            Proxy::Through(url) => builder.proxy(reqwest::Proxy::all(url).map_err(|error| unusable(&error))?),
        };
        if let Some(pem) = &options.certificates {
            let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| unusable(&error))?;
            builder = if options.only_these_certificates {
                builder.tls_certs_only(certificates)
            } else {
                builder.tls_certs_merge(certificates)
            };
        }
        let http = builder.build().map_err(|error| unusable(&error))?;
        let pace = Pace::new(options.concurrency, options.rate);
        Ok(Self { shared: Arc::new(Shared { http, pace, options }) })
    }

    /// Begins to fetch.
    pub fn submit(&self, request: Request) -> Result<Fetch> {
        let (sender, answer) = bounded(1);
        let shared = Arc::clone(&self.shared);
        let task = runtime()?.spawn(async move {
            let outcome = match prepared(&shared, &request) {
                Ok(ready) => fetch::run(&shared, &ready, &request.paths).await,
                Err(failure) => Err(failure),
            };
            // Who asked may have gone.
            let _ = sender.send(outcome);
        });
        Ok(Fetch { answer, task: task.abort_handle() })
    }
}

impl Fetch {
    /// Waits for the answer; None when it is not there in time.
    pub fn wait(&self, patience: Duration) -> Option<Result<Answer, Failure>> {
        match self.answer.recv_timeout(patience) {
            Ok(outcome) => Some(outcome),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                Some(Err(Failure::new(FailureKind::Broken, "the request was called off")))
            }
        }
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn unusable(error: &reqwest::Error) -> Error {
    Error::new(Kind::Config, format!("no HTTP client can be made: {}", fetch::told(error)))
        .hint("check the certificates that `REQUESTS_CA_BUNDLE` names, and the proxy in `HTTP_PROXY` or `HTTPS_PROXY`")
}

fn prepared(shared: &Shared, request: &Request) -> Result<reqwest::Request, Failure> {
    let invalid = |what: &str| Failure::new(FailureKind::Invalid, what);
    let method = reqwest::Method::from_bytes(request.method.as_bytes()).map_err(|_| invalid("the method is none"))?;
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid("the name of a header is malformed"))?;
        // The value is not shown: it may be a secret.
        let value = HeaderValue::from_bytes(value)
            .map_err(|_| invalid(&format!("the value of the header `{name}` is malformed")))?;
        headers.append(name, value);
    }
    let builder = shared.http.request(method, &request.url).headers(headers);
    let builder = match &request.body {
        Some(body) => builder.body(body.clone()),
        None => builder,
    };
    builder.build().map_err(|_| invalid("the URL is malformed"))
}
