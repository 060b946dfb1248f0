//! How much of the machine a load takes: DuckDB's threads, its memory and the order of rows, for large loads only.
//!
//! DuckDB keeps a group of 122,880 rows in memory for each of its threads before it compresses and writes it, and forgets what
//! it has written only when its memory limit asks for that. So the memory of a load grows with the threads and with the limit,
//! not with the rows. All three settings are the whole instance's: they are set back whatever happens, and a memory limit that
//! the user has chosen is never touched.

use crate::engine::Session;
use crate::error::{Error, Kind, Result};

/// From so many bytes on it is worth to ask for the settings, and to bound the threads.
const BYTES_MIN: u64 = 1 << 20;
/// From so many bytes on the memory is bounded as well.
const LARGE_BYTES: u64 = 16 << 20;
/// From this many rows on, several threads may give up the order of rows within a table.
const ROWS_IN_ORDER_MAX: u64 = 500_000;
/// What DuckDB compresses and writes at once. A thread with fewer rows leaves them to be copied and written by the commit.
const ROW_GROUP_ROWS: u64 = 122_880;
/// More threads than this wait for each other at the stream that they all read from.
const THREADS_MAX: usize = 4;
const MEGABYTE: u64 = 1 << 20;
/// Memory for each thread: its rows that are not written yet, and those that are being compressed.
const THREAD_MEMORY: u64 = 64 * MEGABYTE;
const MEMORY_MIN: u64 = 128 * MEGABYTE;
/// The blocks that a thread has open for one column.
const COLUMN_MEMORY: u64 = MEGABYTE;

/// What a load will do, as far as its room depends on it.
#[derive(Default)]
pub(super) struct Extent {
    pub(super) rows: u64,
    /// The rows of the longest table.
    pub(super) rows_max: u64,
    pub(super) bytes: u64,
    /// The columns of the widest table.
    pub(super) columns: usize,
    /// Rows are matched with those that are there: that needs their order, and memory of its own.
    pub(super) merges: bool,
    pub(super) keep_order: bool,
}

impl Extent {
    /// Two packages in one transaction.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            rows: self.rows + other.rows,
            rows_max: self.rows_max.max(other.rows_max),
            bytes: self.bytes + other.bytes,
            columns: self.columns.max(other.columns),
            merges: self.merges || other.merges,
            keep_order: self.keep_order || other.keep_order,
        }
    }
}

// One setting, and the statement that puts it back.
struct Setting {
    set: String,
    back: String,
    limits_memory: bool,
}

/// Does the work in the room that fits it. Work that does not get along with the memory it is given is done once more with all
/// that DuckDB has.
pub(super) fn within<T>(
    session: &mut dyn Session,
    extent: &Extent,
    default_memory: fn() -> Option<String>,
    mut work: impl FnMut(&mut dyn Session) -> Result<T>,
) -> Result<T> {
    let mut settings = settings(session, extent, default_memory)?;
    let outcome = with(session, &settings, &mut work);
    match outcome {
        Err(error) if settings.iter().any(|setting| setting.limits_memory) && lacks_memory(&error) => {
            settings.retain(|setting| !setting.limits_memory);
            with(session, &settings, &mut work)
        }
        outcome => outcome,
    }
}

fn with<T>(
    session: &mut dyn Session,
    settings: &[Setting],
    work: &mut impl FnMut(&mut dyn Session) -> Result<T>,
) -> Result<T> {
    let mut outcome = Ok(());
    let mut done = Vec::with_capacity(settings.len());
    for setting in settings {
        match session.execute(&setting.set) {
            Ok(_) => done.push(setting),
            // Less memory than is in use right now cannot be asked for; then it stays as it is.
            Err(_) if setting.limits_memory => {}
            Err(error) => {
                outcome = Err(error);
                break;
            }
        }
    }
    let outcome = outcome.and_then(|()| work(session));
    let mut back = Ok(());
    for setting in done.iter().rev() {
        back = session.execute(&setting.back).map(drop).and(back);
    }
    outcome.and_then(|value| back.map(|()| value))
}

fn settings(
    session: &mut dyn Session,
    extent: &Extent,
    default_memory: fn() -> Option<String>,
) -> Result<Vec<Setting>> {
    if extent.bytes < BYTES_MIN {
        return Ok(Vec::new());
    }
    let wanted = threads_wanted(extent);
    let any_order = !extent.keep_order && !extent.merges && extent.rows > ROWS_IN_ORDER_MAX && wanted > 1;
    let rows = session
        .query(
            "select current_setting('preserve_insertion_order')::varchar, current_setting('threads')::varchar, \
             current_setting('memory_limit'), (select path from duckdb_databases() where database_name = current_database())",
        )?
        .texts()?;
    let mut values = rows.into_iter().next().unwrap_or_default().into_iter();
    let mut next = || values.next().flatten();
    let (order, threads, memory, file) = (next(), next(), next(), next());
    let mut settings = Vec::new();
    if any_order && order.as_deref() == Some("true") {
        settings.push(setting("preserve_insertion_order", "false", "true"));
    }
    let threads = threads.and_then(|threads| threads.parse::<usize>().ok());
    if let Some(threads) = threads.filter(|threads| *threads > wanted) {
        settings.push(setting("threads", &wanted.to_string(), &threads.to_string()));
    }
    // A database in memory holds its rows there, and a merge may match them with more than a load brings.
    let may_limit = extent.bytes >= LARGE_BYTES && !extent.merges && file.is_some() && memory.is_some();
    if may_limit && memory == default_memory() {
        let most = memory_wanted(wanted.min(threads.unwrap_or(wanted)), extent.columns);
        settings.push(Setting {
            set: format!("set memory_limit = '{most}B'"),
            // Setting back the text would round it.
            back: "reset memory_limit".to_owned(),
            limits_memory: true,
        });
    }
    Ok(settings)
}

fn setting(name: &str, value: &str, before: &str) -> Setting {
    Setting { set: format!("set {name} = {value}"), back: format!("set {name} = {before}"), limits_memory: false }
}

// Half of the cores: all of them take twice the CPU time for little less time. A merge joins and sorts, where they help.
fn threads_wanted(extent: &Extent) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if extent.merges {
        return cores;
    }
    let busy = usize::try_from(extent.rows_max / ROW_GROUP_ROWS).unwrap_or(usize::MAX);
    (cores / 2).min(busy).clamp(1, THREADS_MAX)
}

fn memory_wanted(threads: usize, columns: usize) -> u64 {
    let threads = threads as u64;
    (threads * THREAD_MEMORY).max(threads * columns as u64 * COLUMN_MEMORY).max(MEMORY_MIN)
}

// What does not fit into memory goes to a file beside the database, which may not be possible there.
fn lacks_memory(error: &Error) -> bool {
    matches!(error.kind(), Kind::Database | Kind::Io)
        && ["Out of Memory Error", "IO Error"].iter().any(|begin| error.message().starts_with(begin))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // A test may.
mod tests {
    use super::*;
    use crate::engine::{Interrupt, Rows};
    use arrow::array::{ArrayRef, RecordBatch, RecordBatchReader, StringArray};
    use std::sync::Arc;

    const DEFAULT: &str = "18.8 GiB";

    struct Recorder {
        memory: &'static str,
        said: Vec<String>,
    }

    impl Session for Recorder {
        fn execute(&mut self, sql: &str) -> Result<Option<u64>> {
            self.said.push(sql.to_owned());
            Ok(None)
        }

        fn query(&mut self, _: &str) -> Result<Rows> {
            let values = ["true", "64", self.memory, "/data/shop.duckdb"];
            let columns = values
                .map(|value| (value, Arc::new(StringArray::from(vec![value])) as ArrayRef))
                .into_iter()
                .enumerate();
            let columns = columns.map(|(index, (_, array))| (index.to_string(), array));
            let batch = RecordBatch::try_from_iter(columns).unwrap();
            Ok(Rows { schema: batch.schema(), batches: vec![batch] })
        }

        fn ingest(&mut self, _: &str, _: Box<dyn RecordBatchReader + Send>, _: &str) -> Result<Option<u64>> {
            Ok(None)
        }

        fn interrupter(&self) -> Arc<dyn Interrupt> {
            struct Nothing;
            impl Interrupt for Nothing {
                fn interrupt(&self) {}
            }
            Arc::new(Nothing)
        }
    }

    fn large() -> Extent {
        Extent { rows: 1_000_000, rows_max: 1_000_000, bytes: 1 << 30, columns: 8, merges: false, keep_order: false }
    }

    fn run(extent: &Extent, memory: &'static str, mut fails: Vec<Error>) -> (Vec<String>, Result<u32>) {
        let mut session = Recorder { memory, said: Vec::new() };
        let outcome = within(
            &mut session,
            extent,
            || Some(DEFAULT.to_owned()),
            |session| {
                session.execute("load")?;
                fails.pop().map_or(Ok(7), Err)
            },
        );
        // How many threads and how much memory depends on the machine.
        let plain = |sql: &str| sql.split(" = ").next().unwrap_or_default().to_owned();
        (session.said.iter().map(|sql| plain(sql)).collect(), outcome)
    }

    #[test]
    fn a_large_load_is_bounded_and_leaves_the_settings_as_they_were() {
        let (said, outcome) = run(&large(), DEFAULT, Vec::new());
        assert_eq!(outcome.unwrap(), 7);
        let load = said.iter().position(|sql| sql == "load").unwrap();
        assert!(said[..load].iter().any(|sql| sql == "set threads"));
        assert_eq!((said[load - 1].as_str(), said[load + 1].as_str()), ("set memory_limit", "reset memory_limit"));
        // What was set first is set back last.
        let changed = |sql: &String| sql.trim_start_matches("re").to_owned();
        assert!(said[..load].iter().map(changed).eq(said[load + 1..].iter().rev().map(changed)), "{said:?}");
    }

    #[test]
    fn a_load_that_lacks_memory_is_done_again_with_all_of_it() {
        let short = Error::new(Kind::Database, "Out of Memory Error: could not allocate block of size 256.0 KiB");
        let (said, outcome) = run(&large(), DEFAULT, vec![short]);
        assert_eq!(outcome.unwrap(), 7);
        assert_eq!(said.iter().filter(|sql| *sql == "load").count(), 2);
        assert_eq!(said.iter().filter(|sql| *sql == "set memory_limit").count(), 1);
    }

    #[test]
    fn a_refused_value_is_not_tried_again() {
        let refused = Error::new(Kind::Database, "Conversion Error: Could not convert string 'a' to INT64");
        let (said, outcome) = run(&large(), DEFAULT, vec![refused]);
        assert!(outcome.is_err());
        assert_eq!(said.iter().filter(|sql| *sql == "load").count(), 1);
        assert_eq!(said.iter().filter(|sql| *sql == "set threads").count(), 2);
    }

    #[test]
    fn a_limit_of_the_users_own_is_left_alone() {
        let (said, _) = run(&large(), "4.0 GiB", Vec::new());
        assert!(!said.iter().any(|sql| sql.contains("memory_limit")), "{said:?}");
    }

    #[test]
    fn a_merge_keeps_the_order_and_the_memory() {
        let (said, _) = run(&Extent { merges: true, ..large() }, DEFAULT, Vec::new());
        assert!(!said.iter().any(|sql| sql.contains("memory_limit") || sql.contains("order")), "{said:?}");
    }

    #[test]
    fn rows_that_fill_no_group_are_left_to_one_thread() {
        assert_eq!(threads_wanted(&Extent { rows_max: 200_000, ..large() }), 1);
    }

    #[test]
    fn a_small_load_asks_for_nothing() {
        let (said, _) = run(&Extent { rows: 1000, rows_max: 1000, bytes: 1 << 16, ..large() }, DEFAULT, Vec::new());
        assert_eq!(said, ["load"]);
    }

    #[test]
    fn wide_tables_get_more_memory() {
        assert_eq!(memory_wanted(2, 8), 128 * MEGABYTE);
        assert_eq!(memory_wanted(4, 8), 256 * MEGABYTE);
        assert_eq!(memory_wanted(2, 500), 1000 * MEGABYTE);
    }
}
