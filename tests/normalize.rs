//! What is yielded, and what tables it becomes: each case runs here as JSON bytes, and as Python objects in
//! `tests/python/test_normalize_faces.py`.

mod normalize_case;

use std::path::Path;

#[test]
fn each_case_makes_the_tables_of_its_snapshot() {
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "fixtures/normalize", omit_expression => true }, {
        insta::glob!("fixtures/normalize/*.json", |path: &Path| {
            insta::assert_snapshot!(normalize_case::run(path));
        });
    });
}
