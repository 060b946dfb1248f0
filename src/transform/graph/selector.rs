//! What a selector says: `+tag:daily,config.materialized:table+2`.
//!
//! Spaces join by union, commas by intersection. A part is
//! `[@][N+]` + `[method[.argument...]:]value` + `[+N]`.

use serde_json::Value as Json;

use crate::error::{Error, Kind, Result};

/// A selection, before it is looked up in a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    Part(Part),
    Union(Vec<Self>),
    Intersection(Vec<Self>),
    Difference(Box<Self>, Box<Self>),
}

/// One criterion with its graph operators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// As it was written, for messages.
    pub raw: String,
    pub method: Method,
    /// `severity` in `config.severity:warn`.
    pub arguments: Vec<String>,
    pub value: String,
    /// `@`: children, and all parents of those.
    pub childrens_parents: bool,
    /// `N+` before the value; the outer `None` is no operator, the inner one no limit.
    pub parents: Option<Option<usize>>,
    /// `+N` after the value.
    pub children: Option<Option<usize>>,
    /// Set by selectors.yml only.
    pub indirect: Option<Indirect>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    Fqn,
    Tag,
    Group,
    Access,
    Source,
    Path,
    File,
    Package,
    Config,
    TestName,
    TestType,
    ResourceType,
    Exposure,
    UnitTest,
    Metric,
    SemanticModel,
    SavedQuery,
    Version,
    State,
    Result,
    SourceStatus,
}

impl Method {
    const ALL: [(&'static str, Self); 21] = [
        ("fqn", Self::Fqn),
        ("tag", Self::Tag),
        ("group", Self::Group),
        ("access", Self::Access),
        ("source", Self::Source),
        ("path", Self::Path),
        ("file", Self::File),
        ("package", Self::Package),
        ("config", Self::Config),
        ("test_name", Self::TestName),
        ("test_type", Self::TestType),
        ("resource_type", Self::ResourceType),
        ("exposure", Self::Exposure),
        ("unit_test", Self::UnitTest),
        ("metric", Self::Metric),
        ("semantic_model", Self::SemanticModel),
        ("saved_query", Self::SavedQuery),
        ("version", Self::Version),
        ("state", Self::State),
        ("result", Self::Result),
        ("source_status", Self::SourceStatus),
    ];

    /// As selectors spell it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, method)| *method == self).map_or("", |(name, _)| name)
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, method)| *method)
    }
}

/// Which tests come along with the nodes they test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Indirect {
    /// A test with any selected parent.
    #[default]
    Eager,
    /// A test all of whose parents are selected.
    Cautious,
    /// A test whose parents are selected or upstream of what is.
    Buildable,
    /// None.
    Empty,
}

impl Indirect {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "eager" => Some(Self::Eager),
            "cautious" => Some(Self::Cautious),
            "buildable" => Some(Self::Buildable),
            "empty" => Some(Self::Empty),
            _ => None,
        }
    }
}

/// Reads `--select` texts: each may hold several parts, and all are joined by union.
///
/// ```
/// use gristmill::transform::graph::selector::{parse, Selection};
/// let Selection::Union(parts) = parse(&["stg_orders+ tag:daily"])? else { unreachable!() };
/// assert_eq!(parts.len(), 2);
/// # Ok::<(), gristmill::Error>(())
/// ```
pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Selection> {
    let words = texts.iter().flat_map(|text| text.as_ref().split_whitespace());
    let parts: Result<Vec<Selection>> = words
        .map(|word| {
            let parts: Result<Vec<Selection>> =
                word.split(',').map(|part| part_of(part).map(Selection::Part)).collect();
            parts.map(Selection::Intersection)
        })
        .collect();
    parts.map(Selection::Union)
}

/// Reads one part.
pub fn part_of(raw: &str) -> Result<Part> {
    let mut rest = raw;
    let childrens_parents = rest.starts_with('@');
    if childrens_parents {
        rest = &rest[1..];
    }
    let digits = rest.len() - rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let mut parents = None;
    if rest[digits..].starts_with('+') {
        parents = Some(depth(&rest[..digits], raw)?);
        rest = &rest[digits + 1..];
    }
    let mut children = None;
    let before = rest.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if let Some(value) = before.strip_suffix('+') {
        children = Some(depth(&rest[before.len()..], raw)?);
        rest = value;
    }
    if childrens_parents && children.is_some() {
        return Err(invalid(raw, "`@` before and `+` after a name do not go together")
            .hint("`@name` already takes the children, and the parents of those"));
    }
    // A method is a word with dots before the first colon; anything else before a colon belongs to the value.
    let is_method = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    let (method, arguments, value) = match rest.split_once(':').filter(|(word, _)| is_method(word)) {
        Some((word, value)) => {
            let (method, arguments) = method_of(word, raw)?;
            (method, arguments, value)
        }
        None => (default_method(rest), Vec::new(), rest),
    };
    Ok(Part {
        raw: raw.to_owned(),
        method,
        arguments,
        value: value.to_owned(),
        childrens_parents,
        parents,
        children,
        indirect: None,
    })
}

fn depth(digits: &str, raw: &str) -> Result<Option<usize>> {
    if digits.is_empty() {
        return Ok(None);
    }
    digits.parse().map(Some).map_err(|_| invalid(raw, "the number of steps is too large"))
}

fn method_of(word: &str, raw: &str) -> Result<(Method, Vec<String>)> {
    let mut parts = word.split('.');
    let name = parts.next().unwrap_or_default();
    let arguments = parts.map(str::to_owned).collect();
    if let Some(method) = Method::named(name) {
        return Ok((method, arguments));
    }
    let names = Method::ALL.iter().map(|(known, _)| *known);
    let nearest = names.min_by_key(|known| strsim::osa_distance(known, name));
    Err(invalid(raw, format!("there is no selection method `{name}`"))
        .hint(format!("did you mean `{}:`?", nearest.unwrap_or("tag"))))
}

fn default_method(value: &str) -> Method {
    let lower = value.to_ascii_lowercase();
    if value.contains(std::path::MAIN_SEPARATOR) || value.contains('/') {
        Method::Path
    } else if [".sql", ".py", ".csv"].iter().any(|extension| lower.ends_with(extension)) {
        Method::File
    } else {
        Method::Fqn
    }
}

fn invalid(raw: &str, message: impl std::fmt::Display) -> Error {
    Error::new(Kind::Selection, format!("the selector `{raw}` is not valid: {message}"))
}

/// Reads the definition of the selector `name` from the list of `selectors.yml`.
pub fn from_yaml(name: &str, selectors: &[Json]) -> Result<Selection> {
    named(name, selectors, &mut Vec::new())
}

/// The selector that `selectors.yml` marks as default.
pub fn default_name(selectors: &[Json]) -> Option<&str> {
    selectors.iter().find(|entry| entry.get("default").and_then(Json::as_bool) == Some(true))?.get("name")?.as_str()
}

fn named(name: &str, selectors: &[Json], open: &mut Vec<String>) -> Result<Selection> {
    let entry = selectors.iter().find(|entry| entry.get("name").and_then(Json::as_str) == Some(name));
    let Some(definition) = entry.and_then(|entry| entry.get("definition")) else {
        let names: Vec<String> =
            selectors.iter().filter_map(|entry| entry.get("name")?.as_str()).map(|name| format!("`{name}`")).collect();
        let error = Error::new(Kind::Selection, format!("`selectors.yml` has no selector `{name}`"));
        return Err(if names.is_empty() {
            error.hint(
                "selectors are defined under `selectors:` in `selectors.yml`, each with a `name` and a `definition`",
            )
        } else {
            error.hint(format!("its selectors are {}", names.join(", ")))
        });
    };
    if open.iter().any(|outer| outer == name) {
        return Err(Error::new(Kind::Selection, format!("the selector `{name}` contains itself")));
    }
    open.push(name.to_owned());
    let selection = definition_of(definition, selectors, open)?;
    open.pop();
    Ok(selection)
}

fn definition_of(definition: &Json, selectors: &[Json], open: &mut Vec<String>) -> Result<Selection> {
    let map = match definition {
        Json::String(text) => return part_of(text).map(Selection::Part),
        Json::Object(map) => map,
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) => {
            return Err(malformed("a definition is a text or a mapping"));
        }
    };
    if let Some(list) = map.get("union") {
        let (include, exclude) = group(list, selectors, open)?;
        return Ok(minus(Selection::Union(include), exclude));
    }
    if let Some(list) = map.get("intersection") {
        let (include, exclude) = group(list, selectors, open)?;
        return Ok(minus(Selection::Intersection(include), exclude));
    }
    let text = |key: &str| map.get(key).map(plain);
    let (method, value) = match (text("method"), text("value")) {
        (Some(method), Some(value)) => (method, value),
        _ if map.len() == 1 => {
            let (key, value) = map.iter().next().expect("it holds one entry");
            (key.clone(), plain(value))
        }
        _ => return Err(malformed("a definition needs `method` and `value`")),
    };
    let base = if method == "selector" {
        named(&value, selectors, open)?
    } else {
        let flag = |key: &str| map.get(key).and_then(Json::as_bool).unwrap_or(false);
        let steps = |key: &str| map.get(key).and_then(Json::as_u64).map(|depth| depth as usize);
        let (method, arguments) = method_of(&method, &format!("{method}:{value}"))?;
        let indirect = text("indirect_selection");
        let indirect = match indirect.as_deref() {
            None => None,
            Some(name) => Some(
                Indirect::named(name)
                    .ok_or_else(|| malformed("`indirect_selection` is eager, cautious, buildable or empty"))?,
            ),
        };
        Selection::Part(Part {
            raw: format!("{}:{value}", text("method").unwrap_or_default()),
            method,
            arguments,
            value,
            childrens_parents: flag("childrens_parents"),
            parents: flag("parents").then(|| steps("parents_depth")),
            children: flag("children").then(|| steps("children_depth")),
            indirect,
        })
    };
    let exclude = map.get("exclude").map(|list| excluded(list, selectors, open)).transpose()?;
    Ok(minus(base, exclude))
}

fn group(list: &Json, selectors: &[Json], open: &mut Vec<String>) -> Result<(Vec<Selection>, Option<Selection>)> {
    let list = list.as_array().ok_or_else(|| malformed("`union` and `intersection` take a list"))?;
    let mut include = Vec::new();
    let mut exclude = None;
    for entry in list {
        match entry.get("exclude").filter(|_| entry.get("method").is_none()) {
            Some(_) if exclude.is_some() => return Err(malformed("a list may hold one `exclude` only")),
            Some(list) => exclude = Some(excluded(list, selectors, open)?),
            None => include.push(definition_of(entry, selectors, open)?),
        }
    }
    Ok((include, exclude))
}

fn excluded(list: &Json, selectors: &[Json], open: &mut Vec<String>) -> Result<Selection> {
    let list = list.as_array().ok_or_else(|| malformed("`exclude` takes a list"))?;
    let parts: Result<Vec<Selection>> = list.iter().map(|entry| definition_of(entry, selectors, open)).collect();
    parts.map(Selection::Union)
}

fn minus(base: Selection, exclude: Option<Selection>) -> Selection {
    match exclude {
        Some(exclude) => Selection::Difference(Box::new(base), Box::new(exclude)),
        None => base,
    }
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn malformed(message: &str) -> Error {
    Error::new(Kind::Selection, format!("`selectors.yml`: {message}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn operators() {
        let part = part_of("2+config.materialized:table+").unwrap();
        assert_eq!((part.method, part.value.as_str()), (Method::Config, "table"));
        assert_eq!(part.arguments, ["materialized"]);
        assert_eq!((part.parents, part.children), (Some(Some(2)), Some(None)));
        assert_eq!(part_of("models/staging").unwrap().method, Method::Path);
        assert_eq!(part_of("orders.SQL").unwrap().method, Method::File);
        assert_eq!(part_of("2024_orders").unwrap().value, "2024_orders");
        assert!(part_of("@a+").is_err());
        assert!(part_of("tga:x").unwrap_err().hint_text().unwrap().contains("`tag:`"));
    }

    proptest! {
        #[test]
        fn no_selector_text_panics(text in "\\PC{0,40}") {
            let _ = parse(&[text]);
        }

        #[test]
        fn no_text_of_operators_panics(text in "[@+,:.0-9a-z* \\[\\]/]{0,30}") {
            let _ = parse(&[text]);
        }
    }
}
