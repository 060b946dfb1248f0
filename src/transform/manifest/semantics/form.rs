//! What an entry of the semantic layer may hold, and what it must: read before anything is made of it, disabled or not.

use serde_json::{Map, Value as Json};

use super::words;
use crate::error::{Error, Kind, Place, Result};
use crate::transform::jinja;

/// A key, whether it may be left out, and what stands there.
pub(super) type Field = (&'static str, Presence, Shape);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Needed,
    /// It may be left out, and is no null.
    Free,
    /// It may be left out, or be null.
    Empty,
}

#[derive(Clone, Copy)]
pub(super) enum Shape {
    Text,
    /// Text that is one of these, which others look at.
    Word(&'static [&'static str]),
    Truth,
    Whole,
    Number,
    Mapping,
    Form(&'static [Field]),
    List(&'static Shape),
    Either(&'static [Shape]),
}

use Presence::{Empty, Free, Needed};
use Shape::{Either, Form, List, Mapping, Number, Text, Truth, Whole, Word};

const TEXTS: Shape = List(&Text);
const TEXT_OR_TEXTS: Shape = Either(&[Text, TEXTS]);
const MEASURE: Shape = Either(&[
    Text,
    Form(&[
        ("name", Needed, Text),
        ("filter", Empty, TEXT_OR_TEXTS),
        ("alias", Empty, Text),
        ("join_to_timespine", Free, Truth),
        ("fill_nulls_with", Empty, Whole),
    ]),
]);
const INPUT: Shape = Either(&[
    Text,
    Form(&[
        ("name", Needed, Text),
        ("filter", Empty, TEXT_OR_TEXTS),
        ("alias", Empty, Text),
        ("offset_window", Empty, Text),
        ("offset_to_grain", Empty, Text),
    ]),
]);
const CONVERSION: Shape = Form(&[
    ("base_measure", Needed, MEASURE),
    ("conversion_measure", Needed, MEASURE),
    ("entity", Needed, Text),
    ("calculation", Free, Word(words::CALCULATIONS)),
    ("window", Empty, Text),
    (
        "constant_properties",
        Empty,
        List(&Form(&[("base_property", Needed, Text), ("conversion_property", Needed, Text)])),
    ),
]);
const CUMULATIVE: Shape = Form(&[
    ("window", Empty, Text),
    ("grain_to_date", Empty, Text),
    ("period_agg", Free, Word(words::PERIOD_AGGREGATIONS)),
]);
const METRIC_PARAMETERS: Shape = Form(&[
    ("measure", Empty, MEASURE),
    ("numerator", Empty, INPUT),
    ("denominator", Empty, INPUT),
    ("expr", Empty, Either(&[Text, Truth])),
    ("window", Empty, Text),
    ("grain_to_date", Empty, Text),
    ("metrics", Empty, List(&INPUT)),
    ("conversion_type_params", Empty, CONVERSION),
    ("cumulative_type_params", Empty, CUMULATIVE),
]);
const ENTITY: Shape = Form(&[
    ("name", Needed, Text),
    ("type", Needed, Word(words::ENTITY_TYPES)),
    ("description", Empty, Text),
    ("label", Empty, Text),
    ("role", Empty, Text),
    ("expr", Empty, Text),
    ("config", Free, Mapping),
]);
const DIMENSION: Shape = Form(&[
    ("name", Needed, Text),
    ("type", Needed, Word(words::DIMENSION_TYPES)),
    ("description", Empty, Text),
    ("label", Empty, Text),
    ("is_partition", Free, Truth),
    (
        "type_params",
        Empty,
        Form(&[
            ("time_granularity", Needed, Word(words::GRANULARITIES)),
            ("validity_params", Empty, Form(&[("is_start", Free, Truth), ("is_end", Free, Truth)])),
        ]),
    ),
    ("expr", Empty, Text),
    ("config", Free, Mapping),
]);
const MEASURED: Shape = Form(&[
    ("name", Needed, Text),
    ("agg", Needed, Word(words::AGGREGATIONS)),
    ("description", Empty, Text),
    ("label", Empty, Text),
    ("expr", Empty, Either(&[Text, Truth, Whole])),
    (
        "agg_params",
        Empty,
        Form(&[
            ("percentile", Empty, Number),
            ("use_discrete_percentile", Free, Truth),
            ("use_approximate_percentile", Free, Truth),
        ]),
    ),
    (
        "non_additive_dimension",
        Empty,
        Form(&[
            ("name", Needed, Text),
            ("window_choice", Needed, Word(&["min", "max"])),
            ("window_groupings", Free, TEXTS),
        ]),
    ),
    ("agg_time_dimension", Empty, Text),
    ("create_metric", Free, Truth),
    ("config", Free, Mapping),
]);
const QUERY_PARAMETERS: Shape = Form(&[
    ("metrics", Free, TEXTS),
    ("group_by", Free, TEXTS),
    ("where", Empty, TEXT_OR_TEXTS),
    ("order_by", Free, TEXTS),
    ("limit", Empty, Whole),
]);

pub(super) const OF_METRIC: &[Field] = &[
    ("name", Needed, Text),
    ("label", Needed, Text),
    ("type", Needed, Word(words::METRIC_TYPES)),
    ("type_params", Needed, METRIC_PARAMETERS),
    ("description", Free, Text),
    ("filter", Empty, TEXT_OR_TEXTS),
    ("time_granularity", Empty, Text),
    ("meta", Free, Mapping),
    ("tags", Free, TEXTS),
    ("config", Free, Mapping),
];
pub(super) const OF_SEMANTIC_MODEL: &[Field] = &[
    ("name", Needed, Text),
    ("model", Needed, Text),
    ("config", Free, Mapping),
    ("description", Empty, Text),
    ("label", Empty, Text),
    ("defaults", Empty, Form(&[("agg_time_dimension", Empty, Text)])),
    ("entities", Free, List(&ENTITY)),
    ("measures", Free, List(&MEASURED)),
    ("dimensions", Free, List(&DIMENSION)),
    ("primary_entity", Empty, Text),
];
pub(super) const OF_SAVED_QUERY: &[Field] = &[
    ("name", Needed, Text),
    ("query_params", Needed, QUERY_PARAMETERS),
    ("description", Empty, Text),
    ("label", Empty, Text),
    ("exports", Free, List(&Form(&[("name", Needed, Text), ("config", Free, Mapping)]))),
    ("config", Free, Mapping),
    ("tags", Free, TEXT_OR_TEXTS),
];

/// Refuses an entry that lacks something, has something unknown, or has it in another shape; `what` is as in "the metric `revenue`".
pub(super) fn check(fields: &Map<String, Json>, form: &[Field], what: &str, place: &Place) -> Result<()> {
    let entry = Part { what: what.to_owned(), place };
    entry.check(fields, form)
}

// A mapping within an entry, as messages name it.
struct Part<'a> {
    what: String,
    place: &'a Place,
}

impl Part<'_> {
    fn check(&self, fields: &Map<String, Json>, form: &[Field]) -> Result<()> {
        for (key, presence, shape) in form {
            match fields.get(*key) {
                None if *presence == Needed => {
                    return Err(self.fault("has no", key).hint(format!("add `{key}:` with {}", shape.described())));
                }
                Some(Json::Null) if *presence == Empty => {}
                Some(value) => self.check_value(key, value, shape)?,
                None => {}
            }
        }
        let known = || form.iter().map(|(key, ..)| *key);
        let Some(unknown) = fields.keys().find(|key| known().all(|known| known != key.as_str())) else { return Ok(()) };
        let error = self.fault("takes no", unknown);
        Err(match jinja::nearest(unknown, known()) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint(format!("it takes {}", known().collect::<Vec<_>>().join(", "))),
        })
    }

    fn check_value(&self, key: &str, value: &Json, shape: &Shape) -> Result<()> {
        match (shape, value) {
            (Form(form), Json::Object(fields)) => self.below(&format!("`{key}`")).check(fields, form),
            (List(shape), Json::Array(values)) => values.iter().enumerate().try_for_each(|(at, value)| {
                let name = value.get("name").and_then(Json::as_str).filter(|_| matches!(shape, Form(_)));
                match (name, shape, value) {
                    (Some(name), Form(form), Json::Object(fields)) => {
                        self.below(&format!("`{name}` of `{key}`")).check(fields, form)
                    }
                    (..) => self.check_value(&format!("{key}[{at}]"), value, shape),
                }
            }),
            // A mapping or a list is what it looks like: then what is wrong is in it.
            (Either(shapes), _) => match shapes.iter().find(|shape| shape.is_like(value)) {
                Some(shape) => self.check_value(key, value, shape),
                None => Err(self.unlike(key, value, shape)),
            },
            (_, _) if shape.is_like(value) => Ok(()),
            (_, _) => Err(self.unlike(key, value, shape)),
        }
    }

    fn below(&self, part: &str) -> Part<'_> {
        Part { what: format!("{part} of {}", self.what), place: self.place }
    }

    fn fault(&self, lacks: &str, key: &str) -> Error {
        Error::new(Kind::Project, format!("{} {lacks} `{key}`", self.what)).at(self.place.clone())
    }

    fn unlike(&self, key: &str, value: &Json, shape: &Shape) -> Error {
        let said = match value {
            Json::Null => "empty",
            Json::Bool(_) => "a true/false value",
            Json::Number(_) => "a number",
            Json::String(_) => "text",
            Json::Array(_) => "a list",
            Json::Object(_) => "a mapping",
        };
        let message = format!("`{key}` of {} is {said}", self.what);
        Error::new(Kind::Project, message).at(self.place.clone()).hint(format!("write {}", shape.described()))
    }
}

impl Shape {
    // Whether a value is of this shape from outside.
    fn is_like(&self, value: &Json) -> bool {
        match self {
            Text | Word(_) => value.is_string(),
            Truth => value.is_boolean(),
            Whole => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
            Number => value.is_number(),
            Mapping | Form(_) => value.is_object(),
            List(_) => value.is_array(),
            Either(shapes) => shapes.iter().any(|shape| shape.is_like(value)),
        }
    }

    fn described(&self) -> String {
        match self {
            Text => "text, in quotes if it looks like something else".to_owned(),
            Word(words) => format!("one of {}", words.join(", ")),
            Truth => "true or false".to_owned(),
            Whole => "a whole number".to_owned(),
            Number => "a number".to_owned(),
            Mapping => "a mapping".to_owned(),
            Form(form) => {
                let needed: Vec<&str> =
                    form.iter().filter(|(_, presence, _)| *presence == Needed).map(|(key, ..)| *key).collect();
                let keys = if needed.is_empty() { form.iter().map(|(key, ..)| *key).collect() } else { needed };
                format!("a mapping of {}", keys.join(", "))
            }
            List(_) => "a list".to_owned(),
            Either(shapes) => shapes.iter().map(Self::described).collect::<Vec<_>>().join(", or "),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(fields: &Json, form: &[Field]) -> String {
        let place = Place::at("a.yml", 1, 1);
        match check(fields.as_object().unwrap(), form, "the entry `e`", &place) {
            Ok(()) => String::new(),
            Err(error) => format!("{}; {}", error.message(), error.hint_text().unwrap_or_default()),
        }
    }

    #[test]
    fn what_is_missing_unknown_or_of_another_shape_is_named_with_where_it_stands() {
        let metric = |more: Json| {
            let mut metric = json!({"name": "e", "label": "e", "type": "simple", "type_params": {"measure": "m"}});
            metric.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            told(&metric, OF_METRIC)
        };
        assert_eq!(metric(json!({"filter": null, "type_params": {"expr": true, "metrics": ["a", {"name": "b"}]}})), "");
        assert_eq!(
            metric(json!({"label": 5})),
            "`label` of the entry `e` is a number; write text, in quotes if it looks like something else"
        );
        assert_eq!(metric(json!({"labels": "e"})), "the entry `e` takes no `labels`; did you mean `label`?");
        assert_eq!(
            metric(json!({"type_params": {"metrics": [{"alias": "b"}]}})),
            "`metrics[0]` of `type_params` of the entry `e` has no `name`; \
             add `name:` with text, in quotes if it looks like something else"
        );
        let dimension = json!({"name": "e", "model": "ref('m')", "dimensions": [{"name": "d"}]});
        assert_eq!(
            told(&dimension, OF_SEMANTIC_MODEL),
            "`d` of `dimensions` of the entry `e` has no `type`; add `type:` with one of categorical, time"
        );
        assert_eq!(
            told(&json!({"name": "e"}), OF_SAVED_QUERY),
            "the entry `e` has no `query_params`; add `query_params:` with a mapping of metrics, group_by, where, order_by, limit"
        );
    }
}
