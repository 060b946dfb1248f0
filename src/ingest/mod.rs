//! The first wing: from what a source yields to tables in the database.
//!
//! `extract` makes bytes and records, `normalize` makes rows and batches, `load` makes tables; none of the three names another.
//! They are joined here: [`extraction`] gathers a package, [`load::load`] commits it.

pub mod arrow_item;
pub mod broken_line;
pub mod csv_item;
pub mod extract;
pub mod extraction;
pub mod file_blocks;
mod file_lane;
pub mod item;
pub mod json;
pub mod load;
mod long_integers;
pub mod normalize;
pub mod page_lane;
pub mod with_constants;
