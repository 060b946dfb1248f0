//! What is yielded, and what tables it becomes: each case runs here as JSON bytes, and as Python objects in
//! `tests/python/test_normalize_faces.py`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod normalize_case;

#[test]
fn each_case_makes_the_tables_of_its_snapshot() {
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "fixtures/normalize", omit_expression => true }, {
        insta::glob!("fixtures/normalize/*.json", |path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            insta::with_settings!({ snapshot_suffix => "" }, { insta::assert_snapshot!(name, normalize_case::run(path)) });
        });
    });
}

mod hostile {
    use gristmill::ingest::json::{self, Lines};
    use gristmill::ingest::normalize::{Absorbed, Normalizer, Options, Sink};
    use gristmill::schema::Schema;
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    fn normalizer() -> Normalizer {
        Normalizer::new(Schema::new("hostile", "snake_case").unwrap(), Options::new("1.0"))
    }

    fn hints() -> Map<String, Value> {
        json!({"name": "items"}).as_object().unwrap().clone()
    }

    fn place(first_line: u64) -> Lines {
        Lines { file: "items.jsonl".into(), first_line }
    }

    fn flatten(text: &str) -> gristmill::Result<Normalizer> {
        let mut normalizer = normalizer();
        let root = normalizer.register(&hints())?;
        json::lines(&mut normalizer, root, text.as_bytes(), &place(1))?;
        Ok(normalizer)
    }

    #[test]
    fn deep_nesting_is_kept_or_refused_with_its_line() {
        for depth in [500, 10_000] {
            for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
                let text = format!("{{\"id\":1,\"deep\":{}1{}}}\n", open.repeat(depth), close.repeat(depth));
                match flatten(&text) {
                    Ok(mut normalizer) => assert!(!normalizer.drain(0).unwrap().is_empty()),
                    Err(error) => assert_eq!(error.place().map(|place| place.line), Some(1), "{error}"),
                }
            }
        }
    }

    #[test]
    fn a_hundred_thousand_keys_take_no_square_of_time() {
        let row: Map<String, Value> = (0..100_000).map(|key| (format!("key{key}"), json!(key))).collect();
        let mut normalizer = flatten(&format!("{}\n{{\"key5\":1}}\n", Value::Object(row))).unwrap();
        assert_eq!(normalizer.drain(0).unwrap()[0].1.num_columns(), 100_002);
    }

    #[test]
    fn a_broken_line_is_named_by_file_line_and_column() {
        let error = flatten("{\"a\": 1}\n\n{\"a\": 1,, \"b\": 2}\n").err().unwrap();
        let place = error.place().unwrap();
        assert_eq!((place.file.to_str(), place.line, place.column > 0), (Some("items.jsonl"), 3, true), "{error}");
    }

    #[test]
    fn blocks_make_what_one_thread_makes() {
        let lines = [
            "{\"a\":1}\n{\"a\":2,\"b\":\"x\"}\n",
            "{\"a\":\"text\",\"c\":[1]}\n",
            "{\"b\":5,\"c\":[{\"d\":1}],\"e\":null}\n",
        ];
        let mut one = flatten(&lines.concat()).unwrap();
        let mut many = normalizer();
        let root = many.register(&hints()).unwrap();
        // All blocks are flattened against the schema as it was before the first one.
        let blocks: Vec<_> = lines.iter().map(|_| many.fork()).collect();
        let mut again = 0;
        for (mut block, text) in blocks.into_iter().zip(lines) {
            fill(&mut block, root, text);
            if let Absorbed::Again(mut block) = many.absorb(block).unwrap() {
                again += 1;
                fill(&mut block, root, text);
                assert!(matches!(many.absorb(block).unwrap(), Absorbed::Done));
            }
        }
        assert_eq!(again, 2, "the blocks whose types the first one had decided otherwise");
        assert_eq!(many.row_counts(), one.row_counts());
        one.finish().unwrap();
        many.finish().unwrap();
        assert_eq!(many.schema().content_hash(), one.schema().content_hash());
        let rows = |batches: Vec<(String, arrow::array::RecordBatch)>| {
            batches.iter().map(|(_, batch)| batch.num_rows()).sum::<usize>()
        };
        assert_eq!(rows(many.drain(0).unwrap()), rows(one.drain(0).unwrap()));
    }

    fn fill(sink: &mut impl Sink, root: gristmill::ingest::normalize::RootTable, text: &str) {
        json::lines(sink, root, text.as_bytes(), &place(1)).unwrap();
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e9..1e9f64).prop_map(Value::from),
            "[ -~é]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
                prop::collection::btree_map("[a-zA-Z _]{0,5}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn leaves(value: &Value) -> usize {
        match value {
            Value::Null => 0,
            Value::Array(items) => items.iter().map(leaves).sum(),
            Value::Object(map) => map.values().map(leaves).sum(),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost(items in prop::collection::vec(any_json(), 1..6)) {
            let text = items.iter().map(|item| json!({ "item": item }).to_string()).collect::<Vec<_>>().join("\n");
            let mut normalizer = flatten(&text).unwrap();
            let mut cells = 0;
            for (_, batch) in normalizer.drain(0).unwrap() {
                for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
                    if !field.name().starts_with("_dlt_") {
                        cells += array.len() - array.null_count();
                    }
                }
            }
            // Keys of one dict that become one name may hold the same value, which is then kept once; a
            // value beside its altered form is kept twice.
            let collide = normalizer.take_warnings().iter().any(|warning| warning.contains("this name") || warning.contains("would alter"));
            let expected: usize = items.iter().map(leaves).sum();
            prop_assert!(cells == expected || collide || has_colliding_keys(&items), "{cells} cells for {expected} values");
        }

        #[test]
        fn naming_twice_is_naming_once(key in "\\PC{0,20}") {
            let naming = gristmill::schema::naming::Naming::default();
            let once = naming.path(&key);
            prop_assert_eq!(naming.path(&once), once);
        }
    }

    fn has_colliding_keys(items: &[Value]) -> bool {
        fn names(value: &Value, prefix: &str, seen: &mut std::collections::BTreeSet<String>) -> bool {
            match value {
                Value::Object(map) => map.iter().any(|(key, value)| {
                    let name = gristmill::schema::naming::Naming::default().path(key);
                    let path = format!("{prefix}__{name}");
                    match value {
                        Value::Object(_) => names(value, &path, seen),
                        Value::Array(items) => {
                            items.iter().any(|item| names(item, &path, &mut std::collections::BTreeSet::new()))
                        }
                        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => !seen.insert(path),
                    }
                }),
                Value::Array(items) => {
                    items.iter().any(|item| names(item, prefix, &mut std::collections::BTreeSet::new()))
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
            }
        }
        items.iter().any(|item| names(item, "", &mut std::collections::BTreeSet::new()))
    }
}
