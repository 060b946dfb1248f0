//! What else `flags` in templates and `args` of artifacts say: the behaviours of a project, where things are, defaults.

use std::path::Path;

use serde_json::{Map, Value as Json, json};

use super::args::{Global, Switch};
use crate::transform::project::{ProjectOptions, flags_of_project, project_root};

/// What a project may choose under `flags:`, and what holds when it does not.
const BEHAVIOURS: [(&str, bool); 15] = [
    ("require_all_warnings_handled_by_warn_error", false),
    ("require_batched_execution_for_custom_microbatch_strategy", false),
    ("require_explicit_package_overrides_for_builtin_materializations", true),
    ("require_generic_test_arguments_property", true),
    ("require_nested_cumulative_type_params", false),
    ("require_ref_searches_node_package_before_root", false),
    ("require_resource_names_without_spaces", true),
    ("require_unique_project_resource_names", false),
    ("require_yaml_configuration_for_mf_time_spines", false),
    ("skip_nodes_if_on_run_start_fails", false),
    ("source_freshness_run_project_hooks", true),
    ("state_modified_compare_more_unrendered_values", false),
    ("state_modified_compare_vars", false),
    ("validate_macro_args", false),
    ("strict_mode", false),
];

/// Adds to `flags` what is known once the project is found.
pub(super) fn complete(flags: &mut Map<String, Json>, options: &ProjectOptions, global: &Global) {
    let chosen = flags_of_project(options).unwrap_or_default();
    for (name, default) in BEHAVIOURS {
        let value = chosen.get(name).and_then(Json::as_bool).unwrap_or(default);
        flags.entry(name.to_uppercase()).or_insert(Json::Bool(value));
    }
    let format = |format: Option<super::args::LogFormat>| format.map(super::args::LogFormat::name);
    let level = |level: Option<super::args::LogLevel>| level.map(super::args::LogLevel::name);
    let entries = [
        ("LOG_FORMAT_FILE", json!(format(global.log_format_file.or(global.log_format)).unwrap_or("debug"))),
        ("LOG_LEVEL", json!(level(global.log_level).unwrap_or("info"))),
        ("LOG_LEVEL_FILE", json!(level(global.log_level_file.or(global.log_level)).unwrap_or("debug"))),
        ("LOG_FILE_MAX_BYTES", json!(global.log_file_max_bytes)),
    ];
    flags.extend(entries.map(|(name, value)| (name.to_owned(), value)));
    // Where the terminal's colours are decided, the log file's follow.
    if let (Some(colors), None) =
        (global.switches.given(Switch::UseColors), global.switches.given(Switch::UseColorsFile))
    {
        flags.insert("USE_COLORS_FILE".to_owned(), json!(colors));
    }
    let Ok(root) = project_root(options) else { return };
    let shown = |path: &Path| Json::from(path.display().to_string());
    let mut place = |name: &str, path: Json| {
        if flags.get(name).is_none_or(Json::is_null) {
            flags.insert(name.to_owned(), path);
        }
    };
    place("PROJECT_DIR", shown(&root));
    place("LOG_PATH", shown(&root.join("logs")));
    let here = std::env::current_dir().ok().filter(|folder| folder.join("profiles.yml").is_file());
    place("PROFILES_DIR", shown(here.as_deref().unwrap_or(&root)));
}
