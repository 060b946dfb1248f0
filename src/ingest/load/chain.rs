//! A root table with the tables nested in it: what is loaded, replaced or merged as one.

use serde_json::Value;

use crate::engine::catalog::Relation;
use crate::engine::dialect::quote;
use crate::error::{Error, Kind, Result};
use crate::schema::{Column, DataType, MergeStrategy, Schema, Table};

/// Where the tables of a load live.
#[derive(Clone, Debug)]
pub struct Dataset {
    pub database: String,
    pub name: String,
}

impl Dataset {
    /// All three parts of a name: a dataset may be called like its database, and two parts would be ambiguous then.
    pub fn relation(&self, table: &str) -> String {
        Relation::new(&self.database, &self.name, table).quoted()
    }
}

/// What a load does with the rows that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    Append,
    Replace,
    Merge(MergeStrategy),
    /// The table takes no part.
    Skip,
}

impl Disposition {
    /// dlt's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Append => "append",
            Self::Replace => "replace",
            Self::Merge(_) => "merge",
            Self::Skip => "skip",
        }
    }
}

/// Tables that share a fate, the root first, each after the table that it is nested in.
#[derive(Debug)]
pub struct Chain<'a> {
    pub disposition: Disposition,
    pub tables: Vec<&'a Table>,
}

impl<'a> Chain<'a> {
    pub fn root(&self) -> &'a Table {
        self.tables[0]
    }

    pub fn nested(&self) -> &[&'a Table] {
        &self.tables[1..]
    }
}

/// The chains that the tables of a package belong to, in the order in which the package first met them.
pub fn chains<'a>(schema: &'a Schema, touched: &[&str]) -> Result<Vec<Chain<'a>>> {
    let mut chains: Vec<Chain<'a>> = Vec::new();
    for name in touched {
        let root = schema.table(schema.root_of(name)).ok_or_else(|| {
            Error::internal(format!("table `{name}` has rows in the package and does not stand in its schema"))
        })?;
        if chains.iter().any(|chain| chain.root().name == root.name) {
            continue;
        }
        let tables: Vec<&Table> = schema
            .chain(&root.name)
            .into_iter()
            .filter_map(|name| schema.table(name))
            .filter(|table| !table.is_new() && (is_linked(table) || touched.contains(&table.name.as_str())))
            .collect();
        if tables.first().is_some_and(|first| first.name == root.name) {
            chains.push(Chain { disposition: disposition(schema, root)?, tables });
        }
    }
    Ok(chains)
}

// What hints say of a nested table stands in the schema from the first load on. The columns that link its rows to their
// parents, by which it is merged, come with its first row.
fn is_linked(table: &Table) -> bool {
    table.parent.is_none() || table.seen_data() || table.columns_with("parent_key").next().is_some()
}

fn disposition(schema: &Schema, root: &Table) -> Result<Disposition> {
    match root.write_disposition().unwrap_or("append") {
        "append" => Ok(Disposition::Append),
        "replace" => Ok(Disposition::Replace),
        "skip" => Ok(Disposition::Skip),
        "merge" => schema.merge_strategy(&root.name).map(Disposition::Merge).ok_or_else(|| {
            let named =
                schema.inherited_hint(&root.name, "x-merge-strategy").and_then(Value::as_str).unwrap_or_default();
            Error::new(
                Kind::Config,
                format!("table `{}` asks for the merge strategy `{named}`, which is not known", root.name),
            )
            .hint("the strategies are `delete-insert`, `upsert`, `insert-only` and `scd2`")
        }),
        other => Err(Error::new(
            Kind::Config,
            format!("table `{}` asks for the write disposition `{other}`, which is not known", root.name),
        )
        .hint("the dispositions are `append`, `replace`, `merge` and `skip`")),
    }
}

/// `"a", "b"`: the columns that the database has, quoted.
pub fn column_list(table: &Table) -> String {
    table.complete_columns().map(|column| quote(&column.name)).collect::<Vec<_>>().join(", ")
}

/// The column that tells the rows of a table apart: dlt's row key, else a unique column, else a single primary key.
pub fn row_key(table: &Table) -> Result<String> {
    let first = |hint| table.columns_with(hint).next().map(quote);
    let single = || {
        let mut keys = table.columns_with("primary_key");
        keys.next().filter(|_| keys.next().is_none()).map(quote)
    };
    first("row_key").or_else(|| first("unique")).or_else(single).ok_or_else(|| no_key(table, "a row key (`_dlt_id`)"))
}

/// The column of a nested table that holds the row key of its root.
pub fn root_key(table: &Table, root: &Table) -> Result<String> {
    let parent_is_root = table.parent.as_deref() == Some(root.name.as_str());
    let parent_key = || table.columns_with("parent_key").next().filter(|_| parent_is_root);
    table
        .columns_with("root_key")
        .next()
        .or_else(parent_key)
        .map(quote)
        .ok_or_else(|| no_key(table, "a root key (`_dlt_root_id`)"))
}

/// The statement that gives rows from before the first merge the key of their root, which they were loaded without.
pub fn fill_root_key(dataset: &Dataset, chain: &Chain<'_>, table: &Table) -> Result<Option<String>> {
    let parent = chain.tables.iter().find(|parent| table.parent.as_deref() == Some(parent.name.as_str()));
    let parent_key = table.columns_with("parent_key").next();
    let (Some(root_key), Some(parent), Some(parent_key)) = (table.columns_with("root_key").next(), parent, parent_key)
    else {
        return Ok(None);
    };
    let row_key = row_key(parent)?;
    let from = parent.columns_with("root_key").next().map_or_else(|| row_key.clone(), quote);
    let (relation, parent) = (dataset.relation(&table.name), dataset.relation(&parent.name));
    Ok(Some(format!(
        "update {relation} as child set {} = parent.{from} from {parent} as parent where child.{} = parent.{row_key}",
        quote(root_key),
        quote(parent_key)
    )))
}

fn no_key(table: &Table, what: &str) -> Error {
    Error::new(
        Kind::Config,
        format!("table `{}` is merged with its nested tables and has no column that is {what}", table.name),
    )
    .hint("set `root_key=True` on the source when its rows were first loaded without `merge`")
}

/// The condition under which a staged row is kept, when a column marks rows to delete. `of` names the row (`staged.`) or is empty.
pub fn not_deleted(table: &Table, of: &str) -> Option<String> {
    let column = table.complete_columns().find(|column| column.is("hard_delete"))?;
    let name = format!("{of}{}", quote(&column.name));
    Some(if is_bool(column) { format!("({name} is null or {name} = false)") } else { format!("{name} is null") })
}

fn is_bool(column: &Column) -> bool {
    column.data_type == Some(DataType::Bool)
}

/// `"updated_at" desc`: which of several rows with one key stays.
pub fn dedup_order(table: &Table) -> Option<String> {
    let column = table.complete_columns().find(|column| column.is("dedup_sort"))?;
    let order =
        column.hints.get("dedup_sort").and_then(Value::as_str).filter(|order| order.eq_ignore_ascii_case("desc"));
    Some(format!("{} {}", quote(&column.name), if order.is_some() { "desc" } else { "asc" }))
}
