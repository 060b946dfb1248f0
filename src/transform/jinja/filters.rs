//! The filters of a template: `value | name(args)`.

mod attributes;
mod html;
mod links;
mod number;
mod order;
mod pretty;
mod select;
mod sequence;
mod text;
mod wrap;

pub use html::escaped;

use super::eval::Interpreter;
use super::{Args, Value};
use crate::error::Result;

/// A filter: takes the value on its left and the arguments.
pub type Filter = fn(&mut Interpreter<'_>, Value, Args) -> Result<Value>;

/// All filters, by name.
const FILTERS: &[(&str, Filter)] = &[
    ("abs", number::abs),
    ("as_bool", unchanged),
    ("as_native", unchanged),
    ("as_number", unchanged),
    ("as_text", unchanged),
    ("attr", attributes::attr),
    ("batch", sequence::batch),
    ("capitalize", text::capitalize),
    ("center", text::center),
    ("count", sequence::length),
    ("d", sequence::default),
    ("default", sequence::default),
    ("dictsort", order::dictsort),
    ("e", html::escape),
    ("escape", html::escape),
    ("filesizeformat", number::filesizeformat),
    ("first", sequence::first),
    ("float", number::float),
    ("forceescape", html::escape),
    ("format", text::format),
    ("groupby", order::groupby),
    ("indent", wrap::indent),
    ("int", number::int),
    ("is_list", is_list),
    ("items", sequence::items),
    ("join", text::join),
    ("last", sequence::last),
    ("length", sequence::length),
    ("list", sequence::list),
    ("lower", text::lower),
    ("map", select::map),
    ("max", order::max),
    ("min", order::min),
    ("pprint", pretty::pprint),
    ("random", sequence::random),
    ("reject", select::reject),
    ("rejectattr", select::rejectattr),
    ("replace", text::replace),
    ("reverse", sequence::reverse),
    ("round", number::round),
    ("safe", text::string),
    ("select", select::select),
    ("selectattr", select::selectattr),
    ("slice", sequence::slice),
    ("sort", order::sort),
    ("string", text::string),
    ("striptags", html::striptags),
    ("sum", number::sum),
    ("title", text::title),
    ("tojson", html::tojson),
    ("trim", text::trim),
    ("truncate", wrap::truncate),
    ("unique", order::unique),
    ("upper", text::upper),
    ("urlencode", links::urlencode),
    ("urlize", links::urlize),
    ("wordcount", text::wordcount),
    ("wordwrap", wrap::wordwrap),
    ("xmlattr", html::xmlattr),
];

/// The filter of this name.
pub fn find(name: &str) -> Option<Filter> {
    let place = FILTERS.binary_search_by(|(known, _)| known.cmp(&name)).ok()?;
    Some(FILTERS[place].1)
}

/// The names of all filters, for suggestions.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILTERS.iter().map(|(name, _)| *name)
}

// Where text is rendered, dbt's `as_bool` and its like leave values alone; a native render reads them by name.
fn unchanged(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("as_native")?;
    Ok(value)
}

fn is_list(_: &mut Interpreter<'_>, value: Value, args: Args) -> Result<Value> {
    args.bind_nothing("is_list")?;
    Ok(Value::Bool(matches!(value, Value::List(_))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        assert!(names().is_sorted());
        assert!(names().all(|name| find(name).is_some()));
    }
}
