//! A connection whose statements are told of, so that the log shows what ran and how long it took, as dbt's does.

use std::sync::Arc;
use std::time::Instant;

use arrow::record_batch::RecordBatchReader;

use crate::engine::catalog::DatabaseColumn;
use crate::engine::{Interrupt, PythonJob, Rows, Session};
use crate::error::Result;
use crate::event::{Event, Sink};

pub(super) struct Heard {
    session: Box<dyn Session>,
    sink: Arc<dyn Sink>,
}

impl Heard {
    pub(super) fn new(session: Box<dyn Session>, sink: Arc<dyn Sink>) -> Self {
        Self { session, sink }
    }

    fn telling<T>(&mut self, sql: &str, run: impl FnOnce(&mut dyn Session) -> Result<T>) -> Result<T> {
        self.sink.tell(Event::Statement { sql: sql.to_owned() });
        let begun = Instant::now();
        let done = run(&mut *self.session);
        self.sink.tell(Event::StatementDone { success: done.is_ok(), elapsed: begun.elapsed() });
        done
    }
}

impl Session for Heard {
    fn execute(&mut self, sql: &str) -> Result<Option<u64>> {
        self.telling(sql, |session| session.execute(sql))
    }

    fn query(&mut self, sql: &str) -> Result<Rows> {
        self.telling(sql, |session| session.query(sql))
    }

    // Binding runs nothing that a reader of the log would look for.
    fn describe(&mut self, sql: &str) -> Result<Vec<DatabaseColumn>> {
        self.session.describe(sql)
    }

    fn ingest(&mut self, name: &str, batches: Box<dyn RecordBatchReader + Send>, sql: &str) -> Result<Option<u64>> {
        self.telling(sql, |session| session.ingest(name, batches, sql))
    }

    fn python(&mut self, job: &PythonJob) -> Result<()> {
        self.session.python(job)
    }

    fn interrupter(&self) -> Arc<dyn Interrupt> {
        self.session.interrupter()
    }
}
