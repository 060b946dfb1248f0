//! Which nodes a selection names in a graph.

use std::path::PathBuf;

use super::method;
use super::selector::{self, Indirect, Method, Part, Selection};
use super::state::State;
use super::{Graph, NodeSet};
use crate::error::Result;
use crate::event::{Event, Sink};
use crate::transform::jinja::nearest;
use crate::transform::manifest::{Manifest, ResourceType, UniqueId};

/// What the command line says about selection.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub select: Vec<String>,
    pub exclude: Vec<String>,
    /// The name of a definition in `selectors.yml`.
    pub selector: Option<String>,
    pub indirect: Indirect,
    /// Kinds to keep; empty keeps all that the command runs.
    pub resource_types: Vec<ResourceType>,
    pub exclude_resource_types: Vec<ResourceType>,
    /// The folder with the artifacts of an earlier run.
    pub state: Option<PathBuf>,
    /// The folder with the artifacts of this project, for what `state` is compared with.
    pub target_path: Option<PathBuf>,
}

/// What `--select` means when it is not given.
const EVERYTHING: [&str; 6] = ["fqn:*", "source:*", "exposure:*", "unit_test:*", "metric:*", "semantic_model:*"];

/// The selected nodes, in topological order. `runs` says which kinds the command works on.
pub fn select(
    request: &Request,
    graph: &Graph,
    manifest: &Manifest,
    selectors: &[serde_json::Value],
    runs: &dyn Fn(ResourceType) -> bool,
    sink: &dyn Sink,
) -> Result<Vec<UniqueId>> {
    // One that cannot be read is told of whether or not it is asked for, as in dbt.
    for name in selectors.iter().filter_map(|entry| entry.get("name")?.as_str()) {
        selector::from_yaml(name, selectors)?;
    }
    let selection = selection_of(request, selectors)?;
    if request.selector.is_some() && !(request.select.is_empty() && request.exclude.is_empty()) {
        let message = "`--selector` stands alone: `--select` and `--exclude` beside it are passed over".to_owned();
        sink.tell(Event::Info { message });
    }
    let read = |folder| State::read(folder, request.target_path.as_deref());
    let state = request.state.as_deref().map(read).transpose()?;
    let selected = evaluate(&selection, graph, manifest, request.indirect, state.as_ref(), &|raw| {
        sink.tell(none_selected(raw, manifest));
    })?;
    if let Some(state) = state.as_ref().filter(|_| asks_what_changed(&selection)) {
        state.judge_contracts(manifest, sink)?;
    }
    // A test whose target is missing stays in the manifest, switched off.
    let is_off = |id: &UniqueId| manifest.nodes.get(id).is_some_and(|node| node.config_bool("enabled") == Some(false));
    let keep = |node: &usize| {
        let kind = graph.kind(*node);
        let wanted = request.resource_types.is_empty() || request.resource_types.contains(&kind);
        selected.contains(*node)
            && !is_off(graph.id(*node))
            && runs(kind)
            && wanted
            && !request.exclude_resource_types.contains(&kind)
    };
    Ok(graph.order().iter().filter(|node| keep(node)).map(|node| graph.id(*node).clone()).collect())
}

// The names of nodes are what people mistype.
fn none_selected(raw: &str, manifest: &Manifest) -> Event {
    let names = || manifest.nodes.values().map(|node| node.name.as_str());
    let plain = raw.trim_matches(|sign: char| sign == '+' || sign == '@' || sign.is_ascii_digit());
    let near = nearest(plain, names()).map_or_else(String::new, |near| format!("; there is one named `{near}`"));
    let message = format!("the selection criterion `{raw}` does not match any enabled nodes{near}");
    Event::NoneSelected { criterion: raw.to_owned(), message }
}

// A contract is compared where somebody asks what was modified.
fn asks_what_changed(selection: &Selection) -> bool {
    match selection {
        Selection::Part(part) => {
            part.method == Method::State && matches!(&*part.value, "modified" | "unmodified" | "modified.contract")
        }
        Selection::Union(parts) | Selection::Intersection(parts) => parts.iter().any(asks_what_changed),
        Selection::Difference(from, without) => asks_what_changed(from) || asks_what_changed(without),
    }
}

fn selection_of(request: &Request, selectors: &[serde_json::Value]) -> Result<Selection> {
    if let Some(name) = &request.selector {
        return selector::from_yaml(name, selectors);
    }
    if request.select.is_empty()
        && request.exclude.is_empty()
        && let Some(name) = selector::default_name(selectors)
    {
        return selector::from_yaml(name, selectors);
    }
    let include =
        if request.select.is_empty() { selector::parse(&EVERYTHING)? } else { selector::parse(&request.select)? };
    if request.exclude.is_empty() {
        return Ok(include);
    }
    Ok(Selection::Difference(Box::new(include), Box::new(selector::parse(&request.exclude)?)))
}

/// The nodes of a selection, tests that come along included. `unmatched` hears of criteria that match nothing.
pub fn evaluate(
    selection: &Selection,
    graph: &Graph,
    manifest: &Manifest,
    indirect: Indirect,
    state: Option<&State>,
    unmatched: &dyn Fn(&str),
) -> Result<NodeSet> {
    let context = Evaluation { graph, manifest, indirect, state, unmatched };
    context.of(selection).map(|found| found.direct)
}

struct Evaluation<'a> {
    graph: &'a Graph,
    manifest: &'a Manifest,
    indirect: Indirect,
    state: Option<&'a State>,
    unmatched: &'a dyn Fn(&str),
}

/// What is selected, and the tests that would be if their other parents were selected too.
struct Found {
    direct: NodeSet,
    perhaps: NodeSet,
}

impl Evaluation<'_> {
    fn of(&self, selection: &Selection) -> Result<Found> {
        match selection {
            Selection::Part(part) => self.part(part),
            Selection::Union(parts) => self.group(parts, NodeSet::union),
            Selection::Intersection(parts) => {
                let found = self.group(parts, NodeSet::intersect)?;
                if found.direct.is_empty() {
                    let raw: Vec<&str> = parts.iter().filter_map(raw).collect();
                    // What stands for "everything" may well name kinds that a project does not have.
                    if !EVERYTHING.contains(&raw.join(",").as_str()) {
                        (self.unmatched)(&raw.join(","));
                    }
                }
                Ok(found)
            }
            Selection::Difference(base, minus) => {
                // Tests come along for each side by itself, and what the right side has is taken away.
                let mut base = self.of(base)?;
                let minus = self.of(minus)?;
                let mut taken = minus.direct.clone();
                base.direct.remove_all(&minus.direct);
                taken.union(&minus.perhaps);
                base.perhaps.remove_all(&taken);
                Ok(base)
            }
        }
    }

    fn group(&self, parts: &[Selection], combine: fn(&mut NodeSet, &NodeSet)) -> Result<Found> {
        let mut total: Option<Found> = None;
        for part in parts {
            let mut found = self.of(part)?;
            found.perhaps.union(&found.direct);
            match &mut total {
                None => total = Some(found),
                Some(total) => {
                    combine(&mut total.direct, &found.direct);
                    combine(&mut total.perhaps, &found.perhaps);
                }
            }
        }
        let empty = || Found { direct: NodeSet::new(self.graph.len()), perhaps: NodeSet::new(self.graph.len()) };
        let mut found = total.unwrap_or_else(empty);
        self.promote(&mut found);
        Ok(found)
    }

    // A test that waited for its other parents joins when the group has brought them.
    fn promote(&self, found: &mut Found) {
        let allowed = match self.indirect {
            Indirect::Eager | Indirect::Empty => return,
            Indirect::Cautious => found.direct.clone(),
            Indirect::Buildable => self.with_parents(&found.direct),
        };
        let waiting: Vec<usize> = found.perhaps.iter().filter(|&test| !found.direct.contains(test)).collect();
        for test in waiting {
            if self.graph.parents(test).iter().all(|&parent| allowed.contains(parent)) {
                found.direct.insert(test);
            }
        }
    }

    fn with_parents(&self, selected: &NodeSet) -> NodeSet {
        let mut all = self.graph.ancestors(selected, None);
        all.union(selected);
        all
    }

    fn part(&self, part: &Part) -> Result<Found> {
        let mut selected = method::matching(part, self.graph, self.manifest, self.state)?;
        let start = selected.clone();
        if part.childrens_parents {
            let mut children = self.graph.descendants(&start, None);
            children.union(&start);
            selected.union(&children);
            selected.union(&self.graph.ancestors(&children, None));
        }
        if let Some(depth) = part.parents {
            selected.union(&self.graph.ancestors(&start, depth));
        }
        if let Some(depth) = part.children {
            selected.union(&self.graph.descendants(&start, depth));
        }
        Ok(self.with_tests(selected, part.indirect.unwrap_or(self.indirect)))
    }

    fn with_tests(&self, selected: NodeSet, indirect: Indirect) -> Found {
        let mut direct = selected.clone();
        let mut perhaps = NodeSet::new(self.graph.len());
        let allowed = match indirect {
            Indirect::Empty => return Found { direct, perhaps },
            Indirect::Eager | Indirect::Cautious => selected.clone(),
            Indirect::Buildable => {
                let mut allowed = self.with_parents(&selected);
                let sources = (0..self.graph.len()).filter(|&node| self.graph.kind(node) == ResourceType::Source);
                allowed.union(&NodeSet::of(self.graph.len(), sources));
                allowed
            }
        };
        for test in selected.iter().flat_map(|node| self.graph.children(node)).copied() {
            if !matches!(self.graph.kind(test), ResourceType::Test | ResourceType::UnitTest) {
                continue;
            }
            let complete = || self.graph.parents(test).iter().all(|&parent| allowed.contains(parent));
            if indirect == Indirect::Eager || complete() {
                direct.insert(test);
            } else {
                perhaps.insert(test);
            }
        }
        Found { direct, perhaps }
    }
}

fn raw(selection: &Selection) -> Option<&str> {
    match selection {
        Selection::Part(part) => Some(&part.raw),
        Selection::Union(_) | Selection::Intersection(_) | Selection::Difference(..) => None,
    }
}
