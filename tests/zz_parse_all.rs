use gristmill::transform::jinja::{blocks::blocks, parse, SourceFile};
#[test]
fn all() {
    let mut n = 0; let mut bad = 0; let mut nb = 0;
    for entry in walkdir::WalkDir::new(std::env::var("PARSE_ROOT").unwrap()).into_iter().flatten() {
        if entry.path().extension().is_some_and(|e| e == "sql") {
            n += 1;
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let file = SourceFile::new(entry.path(), text);
            match blocks(&file) { Ok(b) => nb += b.len(), Err(e) => { bad += 1; println!("BLOCKS {e}"); } }
            let whole = file.text.contains("snapshot") ;
            if let Err(e) = parse(file) { if !whole { bad += 1; println!("PARSE {e}"); } }
        }
    }
    println!("{n} files {nb} blocks {bad} bad");
}
