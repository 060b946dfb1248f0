//! Rows of SQL that is sent as it is: no template, no node, no artifact. The project is not parsed for it.

use std::sync::Arc;

use super::heard::Heard;
use super::show::{Form, shown};
use super::table::Table;
use crate::engine::{Engine, Rows, Session};
use crate::error::Result;
use crate::event::{NodeInfo, Sink};

/// What to send, and how its rows are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Direct {
    pub sql: String,
    /// How many rows; zero or a negative number is all of them, as in dbt.
    pub limit: i64,
    pub json: bool,
}

// What dbt calls such a query, where a node has its name and its id.
const NAME: &str = "direct-query";

/// Sends the query and tells its rows.
pub fn show(what: &Direct, engine: &dyn Engine, sink: &Arc<dyn Sink>, quiet: bool) -> Result<()> {
    // The text may be any statement, so that the limit is not written around it.
    let rows = Heard::new(engine.session()?, Arc::clone(sink)).query(&what.sql)?;
    let rows = if what.limit > 0 { first(rows, usize::try_from(what.limit).unwrap_or(usize::MAX)) } else { rows };
    let info = NodeInfo { unique_id: NAME.to_owned(), name: NAME.to_owned(), ..NodeInfo::default() };
    sink.tell(shown(info, &Table::of(&rows)?, Form { is_inline: true, json: what.json, quiet })?);
    Ok(())
}

fn first(rows: Rows, count: usize) -> Rows {
    let mut left = count;
    let mut batches = Vec::new();
    for batch in rows.batches {
        let taken = batch.num_rows().min(left);
        left -= taken;
        batches.push(batch.slice(0, taken));
        if left == 0 {
            break;
        }
    }
    Rows { batches, ..rows }
}
