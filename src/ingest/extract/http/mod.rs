//! Answers of HTTP servers, fetched ahead of who reads them.
//!
//! The one room that knows tokio and reqwest. A request comes in whole, with its credentials in place; which page comes next,
//! where credentials may go and what an error says is decided outside. Here requests are paced, repeated when the server may
//! answer later, and bounded in time and size; a JSON answer is looked into once, so that its page can be counted and
//! followed without anybody building objects of it.

pub mod client;
pub mod extent;
mod fetch;
pub mod fields;
pub mod look;
pub mod pace;
pub mod retry;
pub mod runtime;
mod unpack;
mod value;

pub use client::{Fetch, HttpClient, Options, Proxy, Request};
pub use fetch::{Answer, Failure, FailureKind};
