//! The only way from Python into the house.
//!
//! [`enter`] runs the work on a thread of its own, without the interpreter lock, while the calling thread waits in a lock of
//! Python's: the one wait that a signal wakes. Ctrl-C is so heard at once, asks the work to stop, and is raised when the
//! work has come to rest. A thread without Python frames also keeps `duckdb` from reading the caller's local variables as
//! tables. [`enter_attached`] is for short work over Python objects, which needs the interpreter lock anyway.
//! In both a panic is caught and becomes an error of kind `internal`.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Once};
use std::thread;

use pyo3::prelude::*;

use super::error::to_python;
use crate::engine::cancel::Cancel;
use crate::error::{Error, Result};

/// How long a wait may last before signals are looked for by hand: the kernel may give one to a thread that does not wake us.
const LOOK_SECONDS: f64 = 0.5;
/// Templates and selectors recurse; the depth they may reach is bounded, and this holds it.
const STACK_BYTES: usize = 64 << 20;

/// Runs `work` without the interpreter lock on a thread of its own.
pub(crate) fn enter<T: Send>(py: Python<'_>, work: impl FnOnce(&Arc<Cancel>) -> Result<T> + Send) -> PyResult<T> {
    keep_panics_quiet();
    let cancel = Arc::new(Cancel::default());
    let done = py.import("_thread")?.call_method0("allocate_lock")?;
    done.call_method0("acquire")?;
    let signal = done.clone().unbind();
    thread::scope(|scope| {
        let asked = Arc::clone(&cancel);
        let worker = thread::Builder::new()
            .name("gristmill".to_owned())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, move || {
                let outcome = caught(|| work(&asked));
                // The lock is always released, or the waiting thread would look for signals forever.
                Python::attach(|py| signal.call_method0(py, "release").map(drop))
                    .map_err(|_| Error::internal("the lock of the waiting thread was released by someone else"))
                    .and(outcome)
            })
            .map_err(|error| to_python(py, &Error::internal(format!("cannot start a thread: {error}"))))?;
        let interrupted = wait(py, &done, &cancel);
        let outcome = py.detach(|| worker.join()).unwrap_or_else(|panic| Err(panicked(&*panic)));
        match interrupted {
            Some(raised) => Err(raised),
            None => outcome.map_err(|error| to_python(py, &error)),
        }
    })
}

/// Runs short work that needs Python objects at hand.
pub(crate) fn enter_attached<T>(py: Python<'_>, work: impl FnOnce() -> Result<T>) -> PyResult<T> {
    keep_panics_quiet();
    caught(work).map_err(|error| to_python(py, &error))
}

// Returns what a signal handler raised (`KeyboardInterrupt` as a rule), after the work has ended.
fn wait(py: Python<'_>, done: &Bound<'_, PyAny>, cancel: &Cancel) -> Option<PyErr> {
    let mut raised = None;
    loop {
        match done.call_method1("acquire", (true, LOOK_SECONDS)).and_then(|acquired| acquired.extract::<bool>()) {
            Ok(true) => return raised,
            Ok(false) => {
                if let Err(error) = py.check_signals() {
                    raised.get_or_insert(error);
                }
            }
            Err(error) => {
                raised.get_or_insert(error);
            }
        }
        if raised.is_some() {
            // Again at every look: a statement may have begun just after the first wish.
            py.detach(|| cancel.ask());
        }
    }
}

fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panicked(&*panic)))
}

thread_local! {
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

// A panic is told once, as an error with its place; the default hook would print it to the terminal as well.
fn keep_panics_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
            LAST_PANIC.with(|last| *last.borrow_mut() = Some(place));
        }));
    });
}

fn panicked(panic: &(dyn Any + Send)) -> Error {
    let said = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let place = LAST_PANIC.with(|last| last.borrow_mut().take()).unwrap_or_default();
    Error::internal(format!("a state that cannot be{place}: {}", said.unwrap_or("no reason given")))
}
