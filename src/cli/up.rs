//! `gristmill up` at the terminal: pipelines, models, documents, and one screen at the end.

use std::fmt::Write as _;
use std::sync::Arc;

use super::args::Arguments;
use super::report::Report;
use super::{COULD_NOT_START, command, report};
use crate::engine::cancel::Cancel;
use crate::error::Error;
use crate::flow::download::Download;
use crate::flow::{self, Script, Summary};
use crate::transform::project::context::new_id;
use crate::transform::{Host, Open};

/// A run on its way, with the report that draws it.
pub struct Up {
    flow: flow::Up,
    report: Arc<Report>,
}

impl Up {
    /// Reads the project; what keeps it from starting is printed, and its exit code given.
    pub fn start(arguments: &Arguments) -> Result<Self, i32> {
        let id = new_id();
        let report = report(arguments, &id, Vec::new()).map_err(|error| {
            super::report::unreported(&error);
            COULD_NOT_START
        })?;
        let mut command = command(arguments).map_err(|error| failed(&report, &error))?;
        command.options.invocation_id = Some(id);
        match flow::Up::start(command, &*report) {
            Ok(flow) => Ok(Self { flow, report }),
            Err(error) => Err(failed(&report, &error)),
        }
    }

    pub fn next_script(&mut self) -> Option<Script> {
        self.flow.next_script(&*self.report)
    }

    /// Goes on after a pipeline, or gives the exit code when it failed.
    pub fn script_ended(&mut self, script: &Script, error: Option<Error>) -> Result<(), i32> {
        self.flow.script_ended(script, error).map_err(|error| {
            self.report.failed(&error);
            1
        })
    }

    /// Builds, documents, prints the summary; gives the exit code of it all.
    pub fn finish(self, open: &Open, cancel: &Arc<Cancel>) -> i32 {
        let Self { flow, report } = self;
        let host = Host {
            open: Arc::clone(open),
            sink: Arc::clone(&report) as Arc<_>,
            cancel: Arc::clone(cancel),
            fetch: Arc::new(Download::default()),
            parsed: None,
        };
        match flow.finish(&host) {
            Ok((outcome, summary)) => {
                report.plain(&screen(&summary));
                outcome.exit_code()
            }
            Err(error) => failed(&report, &error),
        }
    }
}

fn failed(report: &Report, error: &Error) -> i32 {
    report.failed(error);
    COULD_NOT_START
}

/// The last screen, a line each.
pub fn screen(summary: &Summary) -> Vec<String> {
    let mut lines = vec![String::new()];
    let width = summary.tables.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).max(5);
    lines.push(format!("{:<width$}  {:>12}", "table", "rows"));
    for (name, rows) in &summary.tables {
        lines.push(format!("{name:<width$}  {:>12}", grouped(*rows)));
    }
    lines.push(String::new());
    let mut tests = format!("tests     {} passed", summary.tests_passed);
    for (count, what) in [(summary.tests_warned, "warned"), (summary.tests_failed, "failed")] {
        if count > 0 {
            let _ = write!(tests, ", {count} {what}");
        }
    }
    lines.push(tests);
    lines.push(format!("database  {}", summary.database));
    if let Some(page) = &summary.page {
        lines.push(format!("docs      {}", page.display()));
    }
    let total: f64 = summary.steps.iter().map(|step| step.elapsed.as_secs_f64()).sum();
    let steps: Vec<String> =
        summary.steps.iter().map(|step| format!("{} {:.2}s", step.name, step.elapsed.as_secs_f64())).collect();
    lines.push(format!("time      {total:.2}s ({})", steps.join(", ")));
    lines
}

// `20,000`
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if number < 0 { format!("-{out}") } else { out }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::flow::Step;

    #[test]
    fn the_last_screen() {
        let summary = Summary {
            tables: vec![("amazon_raw.products".into(), 20000), ("main.stg_products".into(), 792)],
            tests_passed: 9,
            tests_warned: 1,
            tests_failed: 0,
            database: "/data/amazon.duckdb".into(),
            page: Some("/data/target/index.html".into()),
            steps: vec![
                Step { name: "pipelines/a.py".into(), elapsed: Duration::from_millis(1500) },
                Step { name: "build".into(), elapsed: Duration::from_millis(250) },
            ],
        };
        insta::assert_snapshot!(screen(&summary).join("\n"), @r"
        table                        rows
        amazon_raw.products        20,000
        main.stg_products             792

        tests     9 passed, 1 warned
        database  /data/amazon.duckdb
        docs      /data/target/index.html
        time      1.75s (pipelines/a.py 1.50s, build 0.25s)
        ");
    }
}
