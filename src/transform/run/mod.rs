//! From a selected graph to tables, tests and their results.

mod cells;
pub mod cache;
pub mod column;
pub mod cte;
pub mod relation;
pub mod results;
#[cfg(test)]
pub(crate) mod sample;
pub mod schedule;
pub mod table;
