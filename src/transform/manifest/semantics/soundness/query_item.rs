//! What filters and saved queries ask for: `Dimension('order__status').grain('month')`, in templates that know no more.
//!
//! Whatever such a template asks for is noted when it becomes text.

use std::any::Any;
use std::sync::{Arc, Mutex};

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{self, Args, Budget, Interpreter, Object, Scope, SourceFile, Value, builtins, operators};
use crate::transform::manifest::semantics::words;

/// How many different things one text may ask for.
const ITEMS_MAX: usize = 1_000;

/// A filter is a line of SQL, and a project may have thousands of them.
const BUDGET: Budget = Budget { steps: 100_000, bytes: 4 << 20, depth: 20, deadline: None };

const DATE_PARTS: [&str; 6] = ["year", "quarter", "month", "day", "dow", "doy"];
const WORDS: [(&str, What); 4] = [
    ("Dimension", What::Dimension),
    ("TimeDimension", What::TimeDimension),
    ("Entity", What::Entity),
    ("Metric", What::Metric),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Dimension,
    TimeDimension,
    Entity,
    Metric,
}

/// One thing that a query asks for, as it was written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    pub(super) what: What,
    pub(super) name: String,
    entity_path: Vec<String>,
    group_by: Vec<String>,
    granularity: Option<String>,
    date_part: Option<String>,
    pub(super) descending: Option<bool>,
}

impl Item {
    /// A metric by its name alone.
    pub(super) fn metric(name: &str) -> Self {
        Self::new(What::Metric, name.to_owned())
    }

    fn new(what: What, name: String) -> Self {
        let (entity_path, group_by) = (Vec::new(), Vec::new());
        Self { what, name, entity_path, group_by, granularity: None, date_part: None, descending: None }
    }
}

/// An item whose name was taken apart: what it is of, and by which span of time.
pub(super) struct Meant {
    pub(super) element: String,
    pub(super) granularity: Option<String>,
}

/// What a text asks for, each once. Only an order may say `.descending()` of everything.
pub(super) fn items(text: &str, is_order: bool) -> Result<Vec<Item>> {
    let scope = QueryScope { found: Arc::default(), unknown: Mutex::default(), is_order };
    let template = jinja::parse(SourceFile::new("filter", text))?;
    Interpreter::new(&scope, BUDGET).render(&template)?;
    let unknown = scope.unknown.into_inner().expect("no thread panics while it notes a name");
    if let Some(name) = unknown {
        let error = wrong(format!("`{name}` means nothing here"));
        return Err(jinja::did_you_mean(error, &name, WORDS.map(|(word, _)| word)));
    }
    let found = std::mem::take(&mut *scope.found.lock().expect("no thread panics while it notes an item"));
    if found.len() > ITEMS_MAX {
        return Err(wrong(format!("asks for more than {ITEMS_MAX} things")));
    }
    Ok(found)
}

/// Takes an item's name apart. `granularities` are the project's own.
pub(super) fn meant<'a>(item: &Item, granularities: impl Fn(&str) -> bool + 'a) -> Result<Meant> {
    let is_by_time = match item.what {
        What::TimeDimension => true,
        What::Dimension => item.granularity.is_some() || item.date_part.is_some(),
        What::Entity | What::Metric => false,
    };
    if item.what == What::Metric {
        if item.group_by.is_empty() {
            return Err(wrong(format!("`Metric('{}')` has no `group_by`", item.name))
                .hint("say by which entities the metric is taken: Metric('revenue', group_by=['customer'])"));
        }
        return Ok(Meant { element: item.name.clone(), granularity: None });
    }
    let (links, element, granularity) =
        apart(&item.name, |word| words::is_granularity(word) || (is_by_time && granularities(word)));
    match item.what {
        What::Entity if granularity.is_some() => {
            return Err(wrong(format!("`Entity('{}')` ends in a span of time", item.name)));
        }
        What::Dimension | What::TimeDimension if links != 1 && element != "metric_time" => {
            return Err(wrong(format!("`{}` does not say of which entity it is", item.name))
                .hint("write the entity, two underscores and the dimension: `order__status`"));
        }
        _ => {}
    }
    if !is_by_time {
        return Ok(Meant { element: element.to_owned(), granularity: None });
    }
    if let (Some(own), Some(given)) = (granularity, &item.granularity)
        && own != given
    {
        return Err(wrong(format!("`{}` is asked for by `{given}`, and its name says `{own}`", item.name))
            .hint("leave the span of time out of the name"));
    }
    let granularity = granularity.map(str::to_owned).or_else(|| item.granularity.clone());
    Ok(Meant { element: element.to_owned(), granularity: granularity.map(|word| word.to_lowercase()) })
}

// How many entities a name begins with, what they lead to, and the span of time at its end.
fn apart(name: &str, is_granularity: impl Fn(&str) -> bool) -> (usize, &str, Option<&str>) {
    let parts: Vec<&str> = name.split("__").collect();
    match parts.as_slice() {
        [rest @ .., element, last] if is_granularity(last) => (rest.len(), element, Some(last)),
        [rest @ .., last] => (rest.len(), last, None),
        [] => (0, name, None),
    }
}

fn wrong(message: String) -> Error {
    Error::new(Kind::Project, message)
}

type Found = Arc<Mutex<Vec<Item>>>;

struct QueryScope {
    found: Found,
    unknown: Mutex<Option<String>>,
    is_order: bool,
}

impl Scope for QueryScope {
    fn lookup(&self, name: &str) -> Option<Value> {
        let Some((word, what)) = WORDS.into_iter().find(|(word, _)| *word == name) else {
            if builtins::lookup(name).is_none() {
                let mut unknown = self.unknown.lock().expect("no thread panics while it notes a name");
                unknown.get_or_insert_with(|| name.to_owned());
            }
            return None;
        };
        let (found, is_order) = (Arc::clone(&self.found), self.is_order);
        Some(Value::function(word, move |_, args| {
            let item = asked(word, what, args)?;
            Ok(Value::object(Asked { item: Arc::new(Mutex::new(item)), found: Arc::clone(&found), is_order }))
        }))
    }

    fn names(&self) -> Vec<String> {
        WORDS.map(|(word, _)| word.to_owned()).to_vec()
    }
}

fn asked(word: &str, what: What, args: Args) -> Result<Item> {
    let name = |value: &Value| match value.as_str() {
        Some(name) => Ok(name.to_owned()),
        None => Err(wrong(format!("`{word}()` takes a name, not {}", value.type_name()))),
    };
    let names = |value: Option<Value>| match value {
        None => Ok(Vec::new()),
        Some(value) => operators::iterate(&value)?.iter().map(name).collect(),
    };
    let word_of = |value: Option<Value>| value.filter(|value| !value.is_none()).as_ref().map(name).transpose();
    let mut item = Item::new(what, String::new());
    match what {
        What::Dimension => {
            let ([own], [path]) = args.bind(word, ["name"], ["entity_path"])?;
            (item.name, item.entity_path) = (name(&own)?, names(path)?);
        }
        What::Entity => {
            let ([own], [path]) = args.bind(word, ["entity_name"], ["entity_path"])?;
            (item.name, item.entity_path) = (name(&own)?, names(path)?);
        }
        What::Metric => {
            let ([own], [group_by]) = args.bind(word, ["metric_name"], ["group_by"])?;
            (item.name, item.group_by) = (name(&own)?, names(group_by)?);
            if apart(&item.name, words::is_granularity).0 > 0 {
                return Err(wrong(format!("`{}` is of an entity, which a metric is not", item.name)));
            }
        }
        What::TimeDimension => {
            let optional = ["time_granularity_name", "entity_path", "descending", "date_part_name"];
            let ([own], [granularity, path, descending, date_part]) =
                args.bind(word, ["time_dimension_name"], optional)?;
            (item.name, item.entity_path) = (name(&own)?, names(path)?);
            item.granularity = word_of(granularity)?.filter(|word| !word.is_empty());
            item.descending = descending.filter(|value| !value.is_none()).map(|value| value.truth());
            item.date_part = word_of(date_part)?.map(|part| date_part_of(&part)).transpose()?;
        }
    }
    Ok(item)
}

fn date_part_of(part: &str) -> Result<String> {
    if DATE_PARTS.contains(&part.to_lowercase().as_str()) {
        return Ok(part.to_owned());
    }
    let error = wrong(format!("`{part}` is no part of a date"));
    Err(error.hint(format!("write one of {}", DATE_PARTS.join(", "))))
}

/// An item in a template. Its methods change it, as a builder's do.
struct Asked {
    item: Arc<Mutex<Item>>,
    found: Found,
    is_order: bool,
}

impl Asked {
    fn changed(&self, method: &str, args: Args) -> Result<Value> {
        let parameter = match method {
            "grain" => "time_granularity",
            "date_part" => "date_part_name",
            _ => "_is_descending",
        };
        let ([value], []) = args.bind(method, [parameter], [])?;
        let mut item = self.item.lock().expect("no thread panics while it changes an item");
        let is_allowed = item.what == What::Dimension || (self.is_order && method == "descending");
        if !is_allowed {
            let word = WORDS.iter().find(|(_, what)| *what == item.what).map_or("", |(word, _)| word);
            return Err(wrong(format!("`{word}()` does not take `.{method}()` here")));
        }
        let text = || match value.as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(wrong(format!("`.{method}()` takes a name, not {}", value.type_name()))),
        };
        // What is empty or false takes nothing back.
        if value.truth() {
            match method {
                "grain" => item.granularity = Some(text()?),
                "date_part" => item.date_part = Some(date_part_of(&text()?)?),
                _ => item.descending = Some(true),
            }
        } else if method == "descending" && item.descending.is_none_or(|descending| !descending) {
            item.descending = (!value.is_none()).then_some(false).or(item.descending);
        }
        let (same, found) = (Arc::clone(&self.item), Arc::clone(&self.found));
        drop(item);
        Ok(Value::object(Self { item: same, found, is_order: self.is_order }))
    }
}

impl Object for Asked {
    fn type_name(&self) -> &'static str {
        "query item"
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(name, "grain" | "date_part" | "descending")
    }

    fn call_method(&self, _interpreter: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        self.has_method(name).then(|| self.changed(name, args))
    }

    fn display(&self) -> String {
        let item = self.item.lock().expect("no thread panics while it changes an item").clone();
        let mut found = self.found.lock().expect("no thread panics while it notes an item");
        if found.len() <= ITEMS_MAX && !found.contains(&item) {
            found.push(item);
        }
        String::new()
    }

    fn repr(&self) -> String {
        format!("<{}>", self.type_name())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements(text: &str) -> Result<Vec<String>> {
        let found = items(text, false)?;
        found.iter().map(|item| meant(item, |word| word == "martian").map(|meant| meant.element)).collect()
    }

    #[test]
    fn what_a_filter_asks_for_is_noted_once() {
        for (text, expected) in [
            ("{{ Dimension('row__color') }} = 1 or {{ Dimension('row__color') }} = 2", vec!["color"]),
            ("{{ TimeDimension('row__seen__martian') }} {{ Entity('row') }}", vec!["seen", "row"]),
            ("{{ Dimension('metric_time').grain('month') }}", vec!["metric_time"]),
            ("{% set x = Dimension('color') %}", vec![]),
            ("{{ Metric('all_rows', group_by=['row']) }} > 1", vec!["all_rows"]),
        ] {
            assert_eq!(elements(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_no_query_could_answer_is_refused() {
        for text in [
            "{{ Dimension('color') }}",
            "{{ Dimension('a__b__color') }}",
            "{{ Dimension('row__seen').date_part('week') }}",
            "{{ TimeDimension('row__seen__month', 'day') }}",
            "{{ TimeDimension('row__seen').grain('day') }}",
            "{{ Entity('row__month') }}",
            "{{ Entity('row').descending(True) }}",
            "{{ Metric('all_rows') }}",
            "{{ Metric('row__all_rows', group_by=['row']) }}",
            "{{ color }} = 1",
            "{{ ref('rows') }}",
            "{{ Dimension('row__color' }}",
        ] {
            assert!(elements(text).is_err(), "{text}");
        }
        assert!(
            items("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", false).is_err()
        );
    }
}
