//! One command line, taken apart: what is asked, and of whom.

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args as _, CommandFactory, FromArgMatches};
use serde_json::Value as Json;

use super::args::{Any, Arguments, Global, Line};
use super::{pipelines, switches};
use crate::transform::project::context::DBT_VERSION;
use crate::transform::project::{Environment, flags_of_project};

/// What a command line asks for.
#[derive(Clone, Debug)]
pub enum Asked {
    /// A command over the project in dbt's sense.
    Project(Box<Arguments>),
    /// A command over pipelines or scripts, which Python carries out: see [`pipelines::Command::request`].
    Pipelines(Json),
    /// A text to print.
    Print(String),
}

/// Reads a command line. The error's text is what the user should see; help is no error, and ends with code 0.
pub fn parse(argv: &[String]) -> Result<Asked, (String, i32)> {
    if argv == ["-v"] {
        return Err((versions(), 0));
    }
    let argv = pipelines::talk_last(argv);
    let mut definition = definition();
    let found = definition.try_get_matches_from_mut(words(&argv)).and_then(|matches| {
        let mut line = Line::from_arg_matches(&matches)?;
        let defaults = project_flags(&line, &matches);
        if !defaults.is_empty() {
            // What the project says stands first, so that whatever is given after it wins.
            let all: Vec<String> = defaults.into_iter().chain(argv.iter().cloned()).collect();
            line = Line::from_arg_matches(&definition.try_get_matches_from_mut(words(&all))?)?;
        }
        match (&line.command, foreign_flag(&matches)) {
            (Any::Pipelines(_) | Any::Completions { .. }, Some(flag)) => Err(definition
                .error(clap::error::ErrorKind::UnknownArgument, format!("`{flag}` is a flag of commands over models"))),
            (Any::Pipelines(_) | Any::Completions { .. } | Any::Project(_), _) => Ok(line),
        }
    });
    let line = found.map_err(|error| match error.kind() {
        clap::error::ErrorKind::DisplayVersion => (versions(), 0),
        _ => (error.to_string(), error.exit_code()),
    })?;
    Ok(match line.command {
        Any::Project(command) => Asked::Project(Box::new(Arguments { global: line.global, command, line: argv })),
        Any::Pipelines(command) => Asked::Pipelines(command.request()),
        Any::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut definition, "gristmill", &mut script);
            Asked::Print(String::from_utf8_lossy(&script).into_owned())
        }
    })
}

fn words(argv: &[String]) -> impl Iterator<Item = String> {
    std::iter::once("gristmill".to_owned()).chain(argv.iter().cloned())
}

// `flags:` of dbt_project.yml as arguments, but for those that the line or the environment decides. What is wrong with
// the file is told when it is read for the command.
fn project_flags(line: &Line, matches: &ArgMatches) -> Vec<String> {
    let Any::Project(command) = &line.command else { return Vec::new() };
    let arguments = Arguments { global: line.global.clone(), command: command.clone(), line: Vec::new() };
    let flags = flags_of_project(&arguments.project_options(Environment::default())).unwrap_or_default();
    let decided =
        |name: &str| matches!(matches.value_source(name), Some(ValueSource::CommandLine | ValueSource::EnvVariable));
    let mut arguments = Vec::new();
    for (name, value) in &flags {
        let name = name.to_lowercase();
        match value {
            Json::Bool(on) => {
                // Only switches have both ids.
                let flag = switches::flag(&name, *on).filter(|_| !decided(&name) && !decided(&format!("no_{name}")));
                arguments.extend(flag);
            }
            Json::String(_) | Json::Number(_) | Json::Object(_)
                if OPTIONS.contains(&name.as_str()) && !decided(&name) =>
            {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                arguments.extend([format!("--{}", name.replace('_', "-")), text]);
            }
            _ => {}
        }
    }
    arguments
}

// Options that a project may set; other entries of `flags:` are switches, or of the behaviours that templates see.
const OPTIONS: [&str; 8] = [
    "indirect_selection",
    "log_format",
    "log_format_file",
    "log_level",
    "log_level_file",
    "log_file_max_bytes",
    "printer_width",
    "warn_error_options",
];

// The flags that commands over a project share say nothing to the others, whose help does not show them.
fn definition() -> clap::Command {
    let mut command = Line::command();
    for name in ["init", "exec", "pipeline", "schema", "completions"] {
        command = command.mut_subcommand(name, |inner| {
            foreign_flags().into_iter().fold(inner, |inner, flag| inner.arg(flag.hide(true)))
        });
    }
    engine_variables(command)
}

// Newer spellings of dbt's variables, `DBT_ENGINE_X`, where the one without is not set.
fn engine_variables(command: clap::Command) -> clap::Command {
    let names: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    let command = names.iter().fold(command, |command, name| command.mut_subcommand(name, engine_variables));
    command.mut_args(|arg| {
        let Some(name) = arg.get_env().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix("DBT_")) else {
            return arg;
        };
        let (plain, engine) = (format!("DBT_{name}"), format!("DBT_ENGINE_{name}"));
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        if !is_set(&plain) && is_set(&engine) {
            return arg.env(engine);
        }
        // An empty variable says nothing, and is no value.
        if is_set(&plain) { arg } else { arg.env(None::<&str>) }
    })
}

// What commands over pipelines do not know; `--debug` is a word of both.
fn foreign_flags() -> Vec<Arg> {
    let talk = pipelines::Talk::augment_args(clap::Command::new(""));
    let ours = |flag: &&Arg| talk.get_arguments().all(|known| known.get_id() != flag.get_id());
    Global::augment_args(clap::Command::new("")).get_arguments().filter(ours).cloned().collect()
}

// Values from the environment are not meant for this command, and do no harm.
fn foreign_flag(matches: &ArgMatches) -> Option<String> {
    let given = |flag: &Arg| matches.value_source(flag.get_id().as_str()) == Some(ValueSource::CommandLine);
    foreign_flags().iter().find(|flag| given(flag)).map(|flag| {
        let name = flag.get_long().unwrap_or(flag.get_id().as_str());
        format!("--{name}")
    })
}

// Orchestrators read the first number as dbt's version, to know what they may ask of it.
fn versions() -> String {
    format!(
        "Core:\n  - installed: {DBT_VERSION}\n\nPlugins:\n  - duckdb: built in\n\ngristmill: {}\n",
        env!("CARGO_PKG_VERSION")
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::args::Switch;
    use super::*;

    fn asked(line: &str) -> Asked {
        let argv: Vec<String> = line.split(' ').map(str::to_owned).collect();
        parse(&argv).unwrap_or_else(|(text, _)| panic!("{line}: {text}"))
    }

    fn parsed(line: &str) -> Arguments {
        match asked(line) {
            Asked::Project(arguments) => *arguments,
            Asked::Pipelines(_) | Asked::Print(_) => panic!("{line} is a command over a project"),
        }
    }

    fn request(line: &str) -> Json {
        match asked(line) {
            Asked::Pipelines(request) => request,
            Asked::Project(_) | Asked::Print(_) => panic!("{line} is a command over pipelines"),
        }
    }

    fn refused(line: &str) -> (String, i32) {
        let argv: Vec<String> = line.split(' ').map(str::to_owned).collect();
        parse(&argv).map(|asked| panic!("{line}: {asked:?}")).unwrap_err()
    }

    #[test]
    fn the_definition_is_sound() {
        definition().debug_assert();
    }

    #[test]
    fn a_flag_is_on_or_off() {
        let is = |line: &str, switch| parsed(line).global.switches.is(switch);
        assert!(is("run", Switch::UseColors) && is("run", Switch::PartialParse));
        assert!(!is("--no-use-colors run --use-colors --no-use-colors", Switch::UseColors));
        assert!(is("run --no-fail-fast -x", Switch::FailFast) && !is("-x run --no-fail-fast", Switch::FailFast));
        assert_eq!(parsed("run").global.switches.given(Switch::FailFast), None);
    }

    #[test]
    fn flags_stand_before_or_after_the_command() {
        for line in ["--target prod -x run -s a b", "run --select a b --target prod --fail-fast"] {
            let arguments = parsed(line);
            assert_eq!(arguments.global.target.as_deref(), Some("prod"));
            assert!(arguments.global.switches.is(Switch::FailFast));
            assert_eq!(arguments.request().select, ["a", "b"]);
        }
    }

    #[test]
    fn dbts_other_spellings() {
        assert_eq!(parsed("run -m a").request().select, ["a"]);
        assert_eq!(parsed("list --resource-type model seed").request().resource_types.len(), 2);
        assert!(parsed("ls --resource-type all").request().resource_types.is_empty());
        assert_eq!(parsed("--no-partial-parse docs generate").command.name(), "generate");
    }

    #[test]
    fn a_usage_error_is_told_apart() {
        let (text, code) = refused("run --selct a");
        assert_eq!(code, 2);
        assert!(text.contains("--select"), "{text}");
    }

    #[test]
    fn a_script_keeps_its_own_flags() {
        assert_eq!(
            request("exec load.py --help -x --target a -- b"),
            json!({"command": "exec", "argv": ["load.py", "--help", "-x", "--target", "a", "--", "b"]})
        );
        assert_eq!(request("exec -m a.b --help"), json!({"command": "exec", "argv": ["-m", "a.b", "--help"]}));
    }

    #[test]
    fn a_pipelines_operation() {
        let asked = request("pipeline shop drop orders re:^a --state-paths x y --schema s --state-only -y");
        assert_eq!(asked["pipeline_name"], "shop");
        assert_eq!(asked["yes"], true);
        assert_eq!(
            asked["operation"],
            json!({
                "name": "drop", "resources": ["orders", "re:^a"], "destination": null, "dataset_name": null,
                "drop_all": false, "state_paths": ["x", "y"], "schema_name": "s", "state_only": true,
            })
        );
        assert_eq!(request("pipeline shop load-package 1.2 row-counts")["operation"]["action"], "row-counts");
    }

    #[test]
    fn dlts_flags_stand_before_the_command_too() {
        for line in ["-vv -y pipeline shop info", "pipeline -vv shop info -y", "pipeline -y shop -v -v info"] {
            let asked = request(line);
            assert_eq!((&asked["verbosity"], &asked["yes"]), (&json!(2), &json!(true)), "{line}");
        }
    }

    #[test]
    fn flags_of_models_are_refused_by_pipelines() {
        let (text, code) = refused("pipeline shop info --threads 4");
        assert_eq!(code, 2);
        assert!(text.contains("--threads"), "{text}");
        let (help, code) = refused("pipeline shop drop --help");
        assert_eq!(code, 0);
        assert!(help.contains("--state-paths") && !help.contains("--threads"), "{help}");
    }

    #[test]
    fn each_command_stands_in_the_help() {
        let (help, _) = refused("--help");
        for name in ["init", "exec", "pipeline", "schema", "up", "build", "docs", "completions"] {
            assert!(help.lines().any(|line| line.trim_start().starts_with(&format!("{name} "))), "{name}: {help}");
        }
    }

    #[test]
    fn shells_complete_all_commands() {
        for shell in ["bash", "zsh", "fish"] {
            let Asked::Print(script) = asked(&format!("completions {shell}")) else { panic!("{shell}: no script") };
            assert!(script.contains("load-package") && script.contains("run-operation"), "{shell}");
        }
    }
}
