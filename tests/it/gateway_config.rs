//! What Mosaic writes as `openclaw.json`, held against the gateway's own idea of it.
//!
//! The gateway refuses to start on an unknown key wherever it stands, so every shape that the assembly can write goes
//! through `openclaw config validate` of the real image, all of them in one container.

mod documents;

use std::{collections::BTreeSet, process::Command};

use serde_json::{Value, json};

use self::documents::documents;
use crate::support::{agent, run};

/// Runs the gateway's own check on every document of its input, and tells what came of each.
const CHECK: &str = r#"
const fs = require("fs"), { spawnSync } = require("child_process");
const checked = JSON.parse(fs.readFileSync(0, "utf8")).map((document, index) => {
  const file = `/tmp/${index}.json`;
  fs.writeFileSync(file, JSON.stringify(document));
  const env = { ...process.env, OPENCLAW_CONFIG_PATH: file };
  const { status, stdout, stderr } = spawnSync("openclaw", ["config", "validate", "--json"], { env, encoding: "utf8" });
  return { status, stdout, stderr };
});
process.stdout.write(JSON.stringify(checked));
"#;
/// A key that no gateway knows.
const BOGUS: &str = "mosaicBogus";
/// What belongs to a plugin is checked only where all else is sound.
const OF_PLUGINS: &str = "plugins.entries.";

/// What the gateway said of a document: nothing, or each fault with its place.
async fn faults(documents: &[Value]) -> Vec<Vec<(String, String)>> {
    let mut docker = Command::new("docker");
    docker.args(["run", "--rm", "-i", "--network", "none", "--entrypoint", "node", &agent(), "-e", CHECK]);
    let input = Value::from(documents.to_vec()).to_string();
    let (output, error, succeeded) =
        tokio::task::spawn_blocking(move || run(&mut docker, &input)).await.expect("it ends");
    assert!(succeeded, "{error}");
    let checked: Vec<Value> = serde_json::from_str(&output).expect("what the script writes");
    assert_eq!(checked.len(), documents.len());
    checked.iter().map(read).collect()
}

fn read(checked: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let said: Value = serde_json::from_str(&text(&checked["stdout"])).unwrap_or_default();
    if checked["status"] == 0 && said["valid"] == true {
        let warnings = said["warnings"].as_array().cloned().unwrap_or_default();
        return warnings.iter().map(|warning| ("a warning".to_owned(), warning.to_string())).collect();
    }
    let issues = said["issues"].as_array().cloned().unwrap_or_default();
    let told = issues.iter().map(|issue| (text(&issue["path"]), text(&issue["message"])));
    let mut told: Vec<(String, String)> = told.collect();
    if told.is_empty() {
        told.push(("no place".to_owned(), checked.to_string()));
    }
    told
}

#[tokio::test]
async fn every_document_that_the_assembly_writes_is_one_that_the_gateway_takes() {
    let (names, documents): (Vec<&str>, Vec<Value>) = documents().into_iter().unzip();
    for (name, faults) in names.iter().zip(faults(&documents).await) {
        assert!(faults.is_empty(), "{name}: {faults:#?}");
    }
}

/// That the test above means something: one wrong key anywhere, or a variable that nobody has, and it would fail.
#[tokio::test]
async fn one_unknown_key_anywhere_or_one_unknown_variable_would_be_found() {
    let (_, sound) = documents().remove(0);
    let mut places = BTreeSet::new();
    let everywhere = with_bogus_keys(&sound, "", &|path| !is_of_a_plugin(path), &mut places);
    let mut of_plugins = BTreeSet::new();
    let in_plugins = with_bogus_keys(&sound, "", &is_of_a_plugin, &mut of_plugins);
    let mut variable = sound.clone();
    variable["agents"]["entries"]["main"]["name"] = json!("${MOSAIC_NO_SUCH_VARIABLE}");

    let found = faults(&[everywhere, in_plugins, variable]).await;
    assert!(places.len() > 30, "{places:?}");
    for place in &places {
        let named = |(path, message): &(String, String)| path == place && message.contains(BOGUS);
        // Where any name may stand, what stands there is of the wrong kind.
        let inside = format!("{place}.{BOGUS}");
        let is_found = found[0].iter().any(named) || found[0].iter().any(|(path, _)| *path == inside);
        assert!(is_found, "{place:?} takes an unknown key");
    }
    assert!(!of_plugins.is_empty() && !found[1].is_empty(), "{of_plugins:?}");
    assert!(!found[2].is_empty(), "a variable that nobody has is taken");
}

/// Whether a place is a plugin's own configuration.
fn is_of_a_plugin(path: &str) -> bool {
    path.strip_prefix(OF_PLUGINS).is_some_and(|rest| rest.split('.').nth(1) == Some("config"))
}

/// The document with an unknown key in every object at a place that is to have one; which places these are.
fn with_bogus_keys(
    value: &Value,
    path: &str,
    wanted: &dyn Fn(&str) -> bool,
    places: &mut BTreeSet<String>,
) -> Value {
    let place = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(entries) => {
            let inner = entries
                .iter()
                .map(|(key, value)| (key.clone(), with_bogus_keys(value, &place(key), wanted, places)));
            let mut entries: serde_json::Map<String, Value> = inner.collect();
            if wanted(path) {
                entries.insert(BOGUS.to_owned(), json!(true));
                places.insert(if path.is_empty() { "<root>".to_owned() } else { path.to_owned() });
            }
            Value::Object(entries)
        }
        Value::Array(items) => {
            let inner = items.iter().enumerate();
            inner
                .map(|(index, item)| with_bogus_keys(item, &place(&index.to_string()), wanted, places))
                .collect()
        }
        other => other.clone(),
    }
}
