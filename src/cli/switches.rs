//! The flags that are on or off, in one table: each takes `--name`, `--no-name` and dbt's variable `DBT_NAME`.

use std::collections::BTreeMap;

use clap::builder::BoolishValueParser;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

/// A flag that any command takes, before or after its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Switch {
    CacheSelectedOnly,
    Debug,
    FailFast,
    LogCacheEvents,
    MacroDebugging,
    PartialParse,
    PartialParseFileDiff,
    PopulateCache,
    Print,
    Quiet,
    SendAnonymousUsageStats,
    ShowAllDeprecations,
    ShowResourceReport,
    SingleThreaded,
    StaticParser,
    UploadArtifacts,
    UseColors,
    UseColorsFile,
    UseExperimentalParser,
    UseFastTestEdges,
    VersionCheck,
    WarnError,
    WriteJson,
}

struct Row {
    switch: Switch,
    /// As `flags.NAME` spells it, in lower case.
    name: &'static str,
    short: Option<char>,
    default: bool,
    /// What the help says; the flag that it stands by is the one that changes something. What has no words is taken and
    /// asks for what always holds here: nothing is ever sent anywhere, there is one parser, and the catalog is never asked
    /// for more than the selected schemas.
    help: Option<&'static str>,
}

const fn row(switch: Switch, name: &'static str, default: bool, help: Option<&'static str>) -> Row {
    Row { switch, name, short: None, default, help }
}

const fn short(letter: char, row: Row) -> Row {
    Row { short: Some(letter), ..row }
}

const TABLE: [Row; 23] = [
    row(Switch::CacheSelectedOnly, "cache_selected_only", false, None),
    short('d', row(Switch::Debug, "debug", false, Some("Show everything that is told, with its level and its thread"))),
    short('x', row(Switch::FailFast, "fail_fast", false, Some("Stop at the first failure"))),
    row(Switch::LogCacheEvents, "log_cache_events", false, None),
    row(Switch::MacroDebugging, "macro_debugging", false, None),
    row(Switch::PartialParse, "partial_parse", true, Some("Parse every file anew")),
    row(Switch::PartialParseFileDiff, "partial_parse_file_diff", true, None),
    row(Switch::PopulateCache, "populate_cache", true, None),
    row(Switch::Print, "print", true, Some("Do not print what templates print")),
    short('q', row(Switch::Quiet, "quiet", false, Some("Print errors and what was asked for only"))),
    row(Switch::SendAnonymousUsageStats, "send_anonymous_usage_stats", false, None),
    row(Switch::ShowAllDeprecations, "show_all_deprecations", false, None),
    row(Switch::ShowResourceReport, "show_resource_report", false, None),
    row(Switch::SingleThreaded, "single_threaded", false, Some("Run one node at a time")),
    row(Switch::StaticParser, "static_parser", true, None),
    row(Switch::UploadArtifacts, "upload_to_artifacts_ingest_api", false, None),
    row(Switch::UseColors, "use_colors", true, Some("Never use colours")),
    row(Switch::UseColorsFile, "use_colors_file", true, Some("Never use colours in the log file")),
    row(Switch::UseExperimentalParser, "use_experimental_parser", false, None),
    row(Switch::UseFastTestEdges, "use_fast_test_edges", false, None),
    row(Switch::VersionCheck, "version_check", true, None),
    row(Switch::WarnError, "warn_error", false, Some("Take warnings for errors")),
    row(Switch::WriteJson, "write_json", true, Some("Do not write artifacts")),
];

/// Which switches were set, by whom; the rest have their defaults.
#[derive(Clone, Debug, Default)]
pub struct Switches(BTreeMap<&'static str, bool>);

impl Switches {
    pub fn is(&self, switch: Switch) -> bool {
        let row = TABLE.iter().find(|row| row.switch == switch).expect("every switch has a row");
        self.0.get(row.name).copied().unwrap_or(row.default)
    }

    /// Whether someone decided, and how.
    pub fn given(&self, switch: Switch) -> Option<bool> {
        let row = TABLE.iter().find(|row| row.switch == switch).expect("every switch has a row");
        self.0.get(row.name).copied()
    }

    /// Every switch as `flags` in templates has it.
    pub fn all(&self) -> impl Iterator<Item = (String, bool)> {
        TABLE.iter().map(|row| (row.name.to_uppercase(), self.0.get(row.name).copied().unwrap_or(row.default)))
    }
}

/// The flag that sets a switch of that name: `--fail-fast`, `--no-fail-fast`.
pub(super) fn flag(name: &str, on: bool) -> Option<String> {
    let row = TABLE.iter().find(|row| row.name == name)?;
    Some(format!("--{}{}", if on { "" } else { "no-" }, row.name.replace('_', "-")))
}

fn no(name: &str) -> String {
    format!("no_{name}")
}

fn variable(name: &str) -> String {
    format!("DBT_{}", name.to_uppercase())
}

impl Args for Switches {
    fn augment_args(command: Command) -> Command {
        TABLE.iter().fold(command, |command, row| {
            let long = row.name.replace('_', "-");
            let switch = |name: String, long: String, shown: bool| {
                let help = row.help.filter(|_| shown).unwrap_or_default();
                Arg::new(name).long(long).global(true).action(ArgAction::SetTrue).hide(help.is_empty()).help(help)
            };
            let mut on = switch(row.name.to_owned(), long.clone(), !row.default)
                .env(variable(row.name))
                .hide_env(true)
                .value_parser(BoolishValueParser::new())
                .overrides_with(no(row.name));
            if let Some(letter) = row.short {
                on = on.short(letter);
            }
            let off = switch(no(row.name), format!("no-{long}"), row.default).overrides_with(row.name);
            command.arg(on).arg(off)
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Switches {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = TABLE.iter().filter_map(|row| {
            if matches.get_flag(&no(row.name)) {
                return Some((row.name, false));
            }
            // Unset is told from `false` by whoever set it.
            let is_given = !matches!(matches.value_source(row.name), None | Some(ValueSource::DefaultValue));
            is_given.then(|| (row.name, matches.get_flag(row.name)))
        });
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
