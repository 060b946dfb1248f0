//! The first wing: from what a source yields to tables in the database.

pub mod extract;
pub mod item;
pub mod json;
pub mod load;
pub mod normalize;
