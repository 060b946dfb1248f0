//! A package as templates see it: a dict of its macros that nobody can change.

use std::sync::Arc;

use super::Package;
use crate::error::Result;
use crate::transform::jinja::{Args, Dict, Interpreter, Key, Object, Value, methods};

/// A package as a template holds it: `dbt_utils` in `dbt_utils.star(...)`. As in dbt it is a dict of its macros.
pub(super) struct Namespace(pub(super) Arc<Package>);

/// The methods of a dict that leave it as it is.
const READING: [&str; 4] = ["copy", "items", "keys", "values"];

impl Namespace {
    fn names(&self) -> Vec<&String> {
        let mut names: Vec<&String> = self.0.macros.keys().collect();
        names.sort_unstable();
        names
    }

    fn dict(&self) -> &Dict {
        self.0.dict.get_or_init(|| {
            let entries = self.names().into_iter().map(|name| (Key::str(name), self.0.macros[name].callable.clone()));
            Dict::new(entries.collect())
        })
    }

    fn get(&self, args: Args) -> Result<Value> {
        let ([key], [default]) = args.bind_places::<1, 1>("get")?;
        let found = match &key {
            Value::Str(name) => self.attribute(name),
            // What is no key of any dict is refused here, too.
            _ => Key::new(key).map(|_| None)?,
        };
        Ok(found.or(default).unwrap_or(Value::None))
    }
}

impl Object for Namespace {
    fn type_name(&self) -> &'static str {
        "package"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        self.0.macros.get(name).map(|found| found.callable.clone())
    }

    fn item(&self, key: &Value) -> Option<Value> {
        match key {
            Value::Str(name) => self.attribute(name),
            _ => None,
        }
    }

    fn has_method(&self, name: &str) -> bool {
        methods::DICT.contains(&name)
    }

    fn call_method(&self, interpreter: &mut Interpreter<'_>, name: &str, args: Args) -> Option<Result<Value>> {
        match name {
            "get" => Some(self.get(args)),
            _ if READING.contains(&name) => {
                Some(methods::call(interpreter, &Value::Dict(self.dict().clone()), name, args))
            }
            // Whatever changes it changes a dict of its own: macros stay as they are for all other templates.
            _ if self.has_method(name) => {
                let own = Value::Dict(Dict::new(self.dict().snapshot()));
                Some(methods::call(interpreter, &own, name, args))
            }
            _ => None,
        }
    }

    fn iterate(&self) -> Option<Vec<Value>> {
        Some(self.dict().keys())
    }

    fn holds(&self, needle: &Value) -> Option<Result<bool>> {
        Some(match needle {
            Value::Str(name) => Ok(self.0.macros.contains_key(&**name)),
            _ => Key::new(needle.clone()).map(|_| false),
        })
    }

    fn is_iterable(&self) -> bool {
        true
    }

    fn length(&self) -> Option<usize> {
        Some(self.0.macros.len())
    }

    fn is_mapping(&self) -> bool {
        true
    }

    fn members(&self) -> Vec<&str> {
        self.0.macros.keys().map(AsRef::as_ref).collect()
    }

    fn display(&self) -> String {
        format!("<package {}>", self.0.name)
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::super::Macro;
    use super::*;
    use crate::transform::jinja::{self, Budget, Scope, SourceFile};

    #[test]
    fn a_package_is_asked_for_one_macro_without_a_dict_of_all() {
        let made = |name: &str| Macro { unique_id: Arc::from(format!("macro.shop.{name}")), callable: Value::None };
        let macros = ["current", "duckdb__star"].map(|name| (name.to_owned(), made(name))).into_iter().collect();
        let package = Namespace(Arc::new(Package { name: "shop".to_owned(), macros, ..Package::default() }));
        let rendered = |text: &str| {
            let template = jinja::parse(SourceFile::new("a.sql", text)).unwrap();
            jinja::render(&template, &One(package.0.clone()), Budget::default()).unwrap().text
        };
        let asked = "{{ shop.get('current', 1) }} {{ shop.get('absent', 1) }} {{ shop['current'] }} {{ shop.current }} \
                     {{ 'current' in shop }} {{ 'absent' in shop }} {{ 1 in shop }}";
        assert_eq!(rendered(asked), "None 1 None None True False False");
        assert!(package.0.dict.get().is_none());
        let changed = "{% do shop.clear() %}{% do shop.update({'a': 1}) %}{% do shop.pop('current') %}\
                       {{ shop.keys() | list }} {{ shop | list }} {{ shop.copy() }}";
        let expected =
            "['current', 'duckdb__star'] ['current', 'duckdb__star'] {'current': None, 'duckdb__star': None}";
        assert_eq!(rendered(changed), expected);
    }

    struct One(Arc<Package>);

    impl Scope for One {
        fn lookup(&self, name: &str) -> Option<Value> {
            (name == self.0.name).then(|| Value::object(Namespace(self.0.clone())))
        }

        fn names(&self) -> Vec<String> {
            vec![self.0.name.clone()]
        }
    }
}
