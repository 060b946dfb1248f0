//! The filters of metrics and saved queries, as far as they can be read without asking a database.

use serde_json::Value as Json;

use super::query_item::{Meant, items, meant};
use super::{Fault, Layer, parts};
use crate::error::{Error, Result};
use crate::transform::manifest::semantics::{text, words};

/// What is wrong with the filters of a metric, and of what goes into it.
pub(super) fn of_metric(metric: &Json, layer: &Layer<'_>) -> Vec<Fault> {
    let whole = format!("the metric `{}`", text(metric, "name"));
    let parameters = metric.get("type_params").unwrap_or(&Json::Null);
    let single = ["measure", "numerator", "denominator"].into_iter().filter_map(|key| parameters.get(key));
    let inputs = single.chain(parts(parameters, "metrics"));
    let inputs = inputs.map(|input| (format!("`{}` in {whole}", text(input, "name")), input));
    let all = std::iter::once((whole.clone(), metric)).chain(inputs);
    all.flat_map(|(of, holder)| of_filters(&of, holder.get("filter"), layer)).collect()
}

/// What is wrong with each text of a filter; `of` is as in "the metric `revenue`".
pub(super) fn of_filters(of: &str, filter: Option<&Json>, layer: &Layer<'_>) -> Vec<Fault> {
    let texts = filter.into_iter().flat_map(|filter| parts(filter, "where_filters"));
    let texts = texts.filter_map(|filter| filter.get("where_sql_template")?.as_str());
    texts.flat_map(|text| of_text(of, text, layer)).collect()
}

fn of_text(of: &str, text: &str, layer: &Layer<'_>) -> Vec<Fault> {
    let read = || -> Result<Vec<Meant>> { items(text, false)?.iter().map(|item| layer.meant(item)).collect() };
    match read() {
        Err(error) => vec![unread(&format!("the filter of {of}"), text, &error)],
        Ok(asked) => {
            let unknown =
                asked.into_iter().filter_map(|meant| meant.granularity).filter(|word| !layer.is_granularity(word));
            unknown
                .map(|word| {
                    Fault::warning(format!("the filter of {of} asks for `{word}`, which is no span of time: {text}"))
                })
                .collect()
        }
    }
}

/// A text that cannot be read, with what its reader said.
pub(super) fn unread(what: &str, text: &str, error: &Error) -> Fault {
    let hint = error.hint_text().unwrap_or("write it like {{ Dimension('order__status') }}, and nothing of dbt's own");
    Fault::error(format!("{what} cannot be read: {}: {text}", error.message()), hint)
}

impl Layer<'_> {
    pub(super) fn meant(&self, item: &super::query_item::Item) -> Result<Meant> {
        meant(item, |word| self.granularities.contains(word))
    }

    fn is_granularity(&self, word: &str) -> bool {
        words::is_granularity(word) || self.granularities.contains(word)
    }
}
