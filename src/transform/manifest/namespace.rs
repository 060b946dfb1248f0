//! Which macro a name means, from where it is said.
//!
//! A template of package `p` sees, in this order: the macros of `p`, those of the root project, every package as a
//! namespace (`dbt_utils.star`), `dbt` as the namespace of the built-in ones, and the built-in ones themselves.

mod as_dict;

use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::{Dict, Value};
use as_dict::Namespace;

/// The name under which built-in macros are reached as a namespace.
pub const BUILTIN_PACKAGE: &str = "dbt";
/// The built-in packages whose macros need no prefix; an earlier one wins.
pub const BUILTIN_PACKAGES: [&str; 2] = ["dbt_duckdb", BUILTIN_PACKAGE];
/// The macros that the adapter's package has as well as dbt's own.
const TWICE: [&str; 3] = ["build_snapshot_staging_table", "create_table_as", "run_hooks"];
/// The built-in materializations, each with the adapter that it is for.
const BUILT_IN_MATERIALIZATIONS: [(&str, &str); 14] = [
    ("clone", "default"),
    ("external", "duckdb"),
    ("function", "default"),
    ("incremental", "default"),
    ("incremental", "duckdb"),
    ("materialized_view", "default"),
    ("seed", "default"),
    ("snapshot", "default"),
    ("table", "default"),
    ("table", "duckdb"),
    ("table_function", "duckdb"),
    ("test", "default"),
    ("unit", "default"),
    ("view", "default"),
];
/// What `adapter.dispatch` puts before a macro's name, in order.
pub const DISPATCH_PREFIXES: [&str; 2] = ["duckdb", "default"];

/// Every macro of a project, by package. Made once, shared by all threads.
#[derive(Default)]
pub struct Macros {
    root: String,
    packages: FxHashMap<String, Arc<Package>>,
    builtin: Arc<Package>,
    // The built-in macros, by the names under which they are dispatched, that some package has a version of.
    replaced: FxHashSet<String>,
    dispatch: IndexMap<String, Vec<String>>,
}

#[derive(Default)]
struct Package {
    name: String,
    macros: FxHashMap<String, Macro>,
    // What a template sees of it as a dict, made when one first asks for all of it.
    dict: OnceLock<Dict>,
}

fn is_built_in(package: &str) -> bool {
    BUILTIN_PACKAGES.contains(&package)
}

/// Where the materialization of a name was found.
enum Nearest<'a> {
    Root(&'a Macro),
    Imported(&'a Macro),
    BuiltIn,
}

#[derive(Clone)]
struct Macro {
    unique_id: Arc<str>,
    callable: Value,
}

impl Macro {
    fn is_built_in(&self) -> bool {
        self.unique_id.split('.').nth(1).is_some_and(is_built_in)
    }
}

impl Macros {
    /// `entries` are package, name, unique id and callable. `dispatch` is the project's own search order by namespace.
    pub fn new(
        root: &str,
        entries: impl IntoIterator<Item = (String, String, Arc<str>, Value)>,
        dispatch: IndexMap<String, Vec<String>>,
    ) -> Self {
        let mut packages: FxHashMap<String, Package> = FxHashMap::default();
        for (package, name, unique_id, callable) in entries {
            let home =
                packages.entry(package.clone()).or_insert_with(|| Package { name: package, ..Package::default() });
            home.macros.insert(name, Macro { unique_id, callable });
        }
        let mut builtin = Package { name: BUILTIN_PACKAGE.to_owned(), ..Package::default() };
        for package in BUILTIN_PACKAGES.iter().rev() {
            if let Some(package) = packages.get(*package) {
                builtin.macros.extend(package.macros.iter().map(|(name, entry)| (name.clone(), entry.clone())));
            }
        }
        let own = packages.values().filter(|package| !is_built_in(&package.name));
        let replaced = own.flat_map(|package| package.macros.keys()).flat_map(|name| {
            let bare = DISPATCH_PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)?.strip_prefix("__"));
            [Some(name.as_str()), bare].into_iter().flatten().map(str::to_owned)
        });
        Self {
            replaced: replaced.collect(),
            root: root.to_owned(),
            packages: packages.into_iter().map(|(name, package)| (name, Arc::new(package))).collect(),
            builtin: Arc::new(builtin),
            dispatch,
        }
    }

    /// What `name` means in a template of `package`: a macro, or a package as a namespace.
    pub fn lookup(&self, package: &str, name: &str) -> Option<Value> {
        if let Some(found) = self.own(package, name).or_else(|| self.own(&self.root, name)) {
            return Some(found.callable.clone());
        }
        if name == BUILTIN_PACKAGE {
            return Some(Value::object(Namespace(self.builtin.clone())));
        }
        if let Some(package) = self.packages.get(name).filter(|_| !is_built_in(name)) {
            return Some(Value::object(Namespace(package.clone())));
        }
        self.builtin.macros.get(name).map(|found| found.callable.clone())
    }

    /// The unique id of the macro that `name` means in a template of `package`; `name` may have a package before a dot.
    pub fn unique_id(&self, package: &str, name: &str) -> Option<Arc<str>> {
        let found = match name.split_once('.') {
            Some((namespace, name)) => self.in_package(namespace, name),
            None => self.seen(package, name),
        };
        found.map(|found| found.unique_id.clone())
    }

    /// The macro that `name` means as dbt reads it off the text of a macro of `package`: whatever stands before a dot is taken
    /// for a package, and where that has no such macro, the name alone decides.
    pub fn read_id(&self, package: &str, name: &str) -> Option<Arc<str>> {
        let (package, name) = name.split_once('.').unwrap_or((package, name));
        let home = self.packages.get(package).and_then(|home| home.macros.get(name));
        // dbt has these twice, and the adapter's stand for both.
        let twice = || self.builtin.macros.get(name).filter(|_| package == BUILTIN_PACKAGE && TWICE.contains(&name));
        let found = home
            .or_else(twice)
            .or_else(|| self.own(&self.root, name))
            .or_else(|| self.imported(name))
            .or_else(|| self.builtin.macros.get(name));
        found.map(|found| found.unique_id.clone())
    }

    /// The macro `name` of one package, seen from nowhere: no other package stands in.
    pub fn of_package(&self, package: &str, name: &str) -> Option<Value> {
        self.in_package(package, name).map(|found| found.callable.clone())
    }

    /// Whether the root project or an installed package has a macro of this name, so that no native path may answer.
    pub fn is_overridden(&self, name: &str) -> bool {
        self.packages.iter().any(|(package, entry)| !is_built_in(package) && entry.macros.contains_key(name))
    }

    /// Whether one who asks for the built-in macro `name`, or dispatches it, from a template of `package` meets one that
    /// is not built in.
    pub fn is_replaced(&self, package: &str, name: &str) -> bool {
        let is_own = |found: Option<&Macro>| found.is_some_and(|found| !found.is_built_in());
        self.replaced.contains(name)
            && (is_own(self.seen(package, name))
                || is_own(self.first(package, &self.candidates(name, Some(BUILTIN_PACKAGE)))))
    }

    /// The macro that `adapter` calls for one of its methods: the root project's, else a package's; none when only the
    /// built-in one is there, and no version of it is dispatched instead.
    pub fn for_adapter(&self, name: &str) -> Option<Value> {
        if !self.replaced.contains(name) {
            return None;
        }
        let of_root = self.own(&self.root, name);
        let found = of_root
            .or_else(|| self.imported(name))
            .or_else(|| self.is_replaced(&self.root, name).then(|| self.builtin.macros.get(name)).flatten())?;
        Some(found.callable.clone())
    }

    /// The macro of a materialization that takes the place of the built-in one, or has a name of its own. One for the
    /// adapter comes before a default; of the same kind the root's comes before a package's and that before a built-in
    /// one. Where there is a built-in one, a package takes over only when the project allows it.
    pub fn materialization(&self, name: &str, packages_take_over: bool) -> Option<Value> {
        let is_built_in = BUILT_IN_MATERIALIZATIONS.iter().any(|(known, _)| *known == name);
        let mut found = self.nearest_materialization(name, true);
        if matches!(found, Some(Nearest::Imported(_))) && is_built_in && !packages_take_over {
            found = self.nearest_materialization(name, false);
        }
        match found {
            Some(Nearest::Root(found) | Nearest::Imported(found)) => Some(found.callable.clone()),
            Some(Nearest::BuiltIn) | None => None,
        }
    }

    fn nearest_materialization(&self, name: &str, of_packages: bool) -> Option<Nearest<'_>> {
        DISPATCH_PREFIXES.iter().find_map(|adapter| {
            let full = format!("materialization_{name}_{adapter}");
            let root = || self.own(&self.root, &full).map(Nearest::Root);
            let imported = || self.imported(&full).filter(|_| of_packages).map(Nearest::Imported);
            let built_in = || BUILT_IN_MATERIALIZATIONS.contains(&(name, *adapter)).then_some(Nearest::BuiltIn);
            root().or_else(imported).or_else(built_in)
        })
    }

    // A macro of one of the packages that `belongs` takes. Packages have no order among themselves: the names decide, so that
    // every run decides alike.
    fn first_of(&self, name: &str, belongs: impl Fn(&str) -> bool) -> Option<&Macro> {
        let packages = self.packages.iter().filter(|(package, _)| belongs(package));
        let having = packages.filter_map(|(package, entry)| Some((package, entry.macros.get(name)?)));
        having.min_by_key(|(package, _)| *package).map(|(_, found)| found)
    }

    // A macro of an installed package.
    fn imported(&self, name: &str) -> Option<&Macro> {
        self.first_of(name, |package| !is_built_in(package) && package != &*self.root)
    }

    /// The macro that `run-operation` means by a bare name, and its unique id: the root project's, else one of any package,
    /// else a built-in one.
    pub fn operation(&self, name: &str) -> Option<(Value, Arc<str>)> {
        let found = self
            .own(&self.root, name)
            .or_else(|| self.imported(name))
            .or_else(|| self.builtin.macros.get(name))
            .or_else(|| self.first_of(name, is_built_in))?;
        Some((found.callable.clone(), Arc::clone(&found.unique_id)))
    }

    /// The bare names that a template of `package` sees: macros, and packages as namespaces.
    pub fn visible(&self, package: &str) -> Vec<String> {
        let of =
            |package: &str| self.packages.get(package).map(|entry| entry.macros.keys().cloned()).into_iter().flatten();
        let namespaces = self.packages.keys().cloned();
        of(package).chain(of(&self.root)).chain(namespaces).chain(self.builtin.macros.keys().cloned()).collect()
    }

    /// The macro that names relations of `package`: its own, when it is installed and has one, else the root project's,
    /// else the built-in one.
    pub fn naming(&self, package: &str, name: &str) -> Option<Value> {
        let own = if package == self.root { None } else { self.own(package, name) };
        own.or_else(|| self.own(&self.root, name))
            .or_else(|| self.builtin.macros.get(name))
            .map(|found| found.callable.clone())
    }

    /// `adapter.dispatch(name, namespace)`: the first of `duckdb__name`, `default__name` in the packages that are
    /// searched for the namespace.
    pub fn dispatch(&self, package: &str, name: &str, namespace: Option<&str>) -> Result<Value> {
        if name.contains('.') {
            return Err(Error::new(
                Kind::Compilation,
                format!("`adapter.dispatch` takes a macro's bare name, not `{name}`"),
            )
            .hint("give the package as the second argument: adapter.dispatch('name', 'package')"));
        }
        let candidates = self.candidates(name, namespace);
        if let Some(found) = self.first(package, &candidates) {
            return Ok(found.callable.clone());
        }
        let tried: Vec<String> = candidates
            .iter()
            .map(|(place, name)| place.map_or_else(|| format!("`{name}`"), |place| format!("`{place}.{name}`")))
            .collect();
        let message = match namespace {
            Some(namespace) => format!("no macro answers `adapter.dispatch('{name}', '{namespace}')`"),
            None => format!("no macro answers `adapter.dispatch('{name}')`"),
        };
        let error = Error::new(Kind::Compilation, message);
        Err(match namespace.filter(|namespace| !self.packages.contains_key(*namespace)) {
            Some(missing) => {
                error.hint(format!("the package `{missing}` is not installed; looked for {}", tried.join(", ")))
            }
            None => error.hint(format!("looked for {}", tried.join(", "))),
        })
    }

    /// The unique id of the macro that `adapter.dispatch` would find.
    pub fn dispatched_id(&self, package: &str, name: &str, namespace: Option<&str>) -> Option<Arc<str>> {
        self.first(package, &self.candidates(name, namespace)).map(|found| found.unique_id.clone())
    }

    // The names that `adapter.dispatch` tries, each with the one package it is looked for in, if it is one.
    fn candidates<'a>(&'a self, name: &str, namespace: Option<&'a str>) -> Vec<(Option<&'a str>, String)> {
        let order: Vec<Option<&str>> = match namespace.map(|namespace| (namespace, self.dispatch.get(namespace))) {
            Some((_, Some(order))) => order.iter().map(|place| Some(place.as_str())).collect(),
            Some((namespace, None)) if self.packages.contains_key(namespace) => {
                vec![Some(self.root.as_str()), Some(namespace)]
            }
            Some((_, None)) | None => vec![None],
        };
        let of_place = |place| DISPATCH_PREFIXES.map(|prefix| (place, format!("{prefix}__{name}")));
        order.into_iter().flat_map(of_place).collect()
    }

    fn first(&self, package: &str, candidates: &[(Option<&str>, String)]) -> Option<&Macro> {
        candidates.iter().find_map(|(place, name)| match place {
            None => self.seen(package, name),
            Some(place) => self.in_package(place, name),
        })
    }

    // A macro by its bare name, from where `package` stands.
    fn seen(&self, package: &str, name: &str) -> Option<&Macro> {
        self.own(package, name).or_else(|| self.own(&self.root, name)).or_else(|| self.builtin.macros.get(name))
    }

    /// Every name that a template of `package` can say, for suggestions.
    pub fn names(&self, package: &str) -> Vec<String> {
        let homes = [self.packages.get(package), self.packages.get(&self.root), Some(&self.builtin)];
        let macros = homes.into_iter().flatten().flat_map(|home| home.macros.keys().cloned());
        let mut names: Vec<String> = macros.chain(self.packages.keys().cloned()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn own(&self, package: &str, name: &str) -> Option<&Macro> {
        // A built-in package has no place of its own before the root project's.
        if is_built_in(package) {
            return None;
        }
        self.packages.get(package)?.macros.get(name)
    }

    fn in_package(&self, package: &str, name: &str) -> Option<&Macro> {
        if package == BUILTIN_PACKAGE {
            return self.builtin.macros.get(name);
        }
        self.packages.get(package)?.macros.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn macros() -> Macros {
        let entry = |package: &str, name: &str| {
            let id = Arc::from(format!("macro.{package}.{name}"));
            (package.to_owned(), name.to_owned(), id, Value::None)
        };
        let entries = [
            entry("dbt", "default__concat"),
            entry("dbt", "current"),
            entry("dbt_duckdb", "duckdb__concat"),
            entry("dbt_utils", "default__star"),
            entry("shop", "duckdb__star"),
            entry("shop", "current"),
        ];
        Macros::new("shop", entries, IndexMap::from([("ordered".to_owned(), vec!["dbt_utils".to_owned()])]))
    }

    #[test]
    fn the_root_project_comes_before_the_built_in() {
        let macros = macros();
        assert_eq!(macros.unique_id("dbt_utils", "current").as_deref(), Some("macro.shop.current"));
        assert_eq!(macros.unique_id("shop", "dbt.current").as_deref(), Some("macro.dbt.current"));
        assert!(macros.is_overridden("current") && !macros.is_overridden("default__concat"));
    }

    #[test]
    fn a_built_in_macro_is_replaced_where_it_is_asked_for() {
        let entry = |package: &str, name: &str| {
            let id = Arc::from(format!("macro.{package}.{name}"));
            (package.to_owned(), name.to_owned(), id, Value::None)
        };
        let entries = [
            entry("dbt", "persist_docs"),
            entry("dbt", "default__persist_docs"),
            entry("dbt", "drop_relation"),
            entry("dbt", "duckdb__drop_relation"),
            entry("shop", "duckdb__persist_docs"),
            entry("tools", "drop_relation"),
        ];
        let macros = Macros::new("shop", entries, IndexMap::new());
        assert!(macros.is_replaced("shop", "persist_docs") && macros.is_replaced("tools", "persist_docs"));
        assert!(macros.is_replaced("tools", "drop_relation") && !macros.is_replaced("shop", "drop_relation"));
        assert!(macros.for_adapter("drop_relation").is_some() && macros.for_adapter("statement").is_none());
    }

    #[test]
    fn the_adapters_materialization_comes_before_a_default_of_the_root() {
        let entry = |package: &str, name: &str| {
            let id = Arc::from(format!("macro.{package}.{name}"));
            (package.to_owned(), name.to_owned(), id, Value::None)
        };
        let entries = [
            entry("shop", "materialization_table_default"),
            entry("shop", "materialization_view_default"),
            entry("tools", "materialization_seed_default"),
            entry("tools", "materialization_own_default"),
        ];
        let macros = Macros::new("shop", entries, IndexMap::new());
        let taken = |name: &str, packages_take_over| macros.materialization(name, packages_take_over).is_some();
        assert!(!taken("table", false) && taken("view", false));
        assert!(!taken("seed", false) && taken("seed", true) && taken("own", false));
    }

    #[test]
    fn dispatch_follows_namespace_and_prefix() {
        let macros = macros();
        assert!(macros.dispatch("shop", "concat", None).is_ok());
        assert!(macros.dispatch("shop", "star", Some("dbt_utils")).is_ok());
        assert!(macros.dispatch("shop", "star", Some("ordered")).is_ok());
        let error = macros.dispatch("shop", "absent", Some("dbt_utils")).unwrap_err();
        assert!(error.hint_text().unwrap().contains("`shop.duckdb__absent`"), "{error}");
    }
}
