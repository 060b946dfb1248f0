//! From a selected graph to tables, tests and their results.

mod cells;
pub mod cache;
pub mod adapter;
pub mod column;
pub mod compile;
pub mod config;
pub mod cte;
pub mod data_test;
pub mod files;
pub mod hooks;
pub mod incremental;
pub mod linker;
pub mod materialize;
pub mod relation;
pub mod results;
#[cfg(test)]
pub(crate) mod sample;
pub mod schedule;
pub mod seed;
pub mod shape;
pub mod state;
pub mod table;
pub mod task;
pub mod validation;
