//! Renders templates, JSON lines in and out, for the comparison with dbt's environment.

use std::io::{BufRead as _, Write as _};

use gristmill::transform::jinja::{Budget, EmptyScope, SourceFile, parse, render};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let template: String = serde_json::from_str(&line?)?;
        let rendered = parse(SourceFile::new("generated.sql", template))
            .and_then(|template| render(&template, &EmptyScope, Budget::default()));
        let told = match rendered {
            Ok(rendered) => serde_json::json!({"text": rendered.text}),
            Err(error) => serde_json::json!({"error": error.message()}),
        };
        writeln!(out, "{told}")?;
    }
    Ok(())
}
