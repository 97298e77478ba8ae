//! What instances have made on the engine, found by its labels.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::Value;

use crate::engine_api::EngineApi;
use crate::progress::Log;

const LABEL: &str = "mosaic.instance";
/// `{"label":["mosaic.instance"]}`, as a query takes it.
const LABELLED: &str = "%7B%22label%22%3A%5B%22mosaic.instance%22%5D%7D";

/// One instance's things on the engine, by name.
#[derive(Debug, Default)]
pub(super) struct Belongings {
    /// The instance's id.
    pub(super) id: String,
    containers: Vec<String>,
    networks: Vec<String>,
    volumes: Vec<String>,
}

/// Every instance that has anything on the engine, by id.
pub(super) fn instances(api: &EngineApi) -> Result<Vec<Belongings>> {
    let mut found: BTreeMap<String, Belongings> = BTreeMap::new();
    let mut add = |labelled: &Value, name: Option<&str>, list: fn(&mut Belongings) -> &mut Vec<String>| {
        let id = labelled["Labels"][LABEL].as_str();
        if let Some((id, name)) = id.zip(name) {
            let belongings = found.entry(id.to_owned()).or_insert_with(|| Belongings::new(id));
            list(belongings).push(name.trim_start_matches('/').to_owned());
        }
    };
    for container in entries(&api.get(&format!("/containers/json?all=1&filters={LABELLED}"))?) {
        add(container, container["Names"][0].as_str(), |it| &mut it.containers);
    }
    for network in entries(&api.get(&format!("/networks?filters={LABELLED}"))?) {
        add(network, network["Name"].as_str(), |it| &mut it.networks);
    }
    for volume in entries(&api.get(&format!("/volumes?filters={LABELLED}"))?["Volumes"]) {
        add(volume, volume["Name"].as_str(), |it| &mut it.volumes);
    }
    Ok(found.into_values().collect())
}

fn entries(list: &Value) -> &[Value] {
    list.as_array().map(Vec::as_slice).unwrap_or_default()
}

impl Belongings {
    pub(super) fn new(id: &str) -> Self {
        Self { id: id.to_owned(), ..Self::default() }
    }

    /// Says what there is, and what it means to lose it.
    pub(super) fn show(&self) {
        println!("  of the instance {}:", self.id);
        for (what, names) in [("container", &self.containers), ("network", &self.networks)] {
            for name in names {
                println!("    {what} {name}");
            }
        }
        for name in &self.volumes {
            println!("    volume {name}: a user's agent's memory, sessions and files");
        }
        println!("    its firewall rules, if there are any");
    }

    /// Removes all of it, what uses something before what is used.
    pub(super) fn remove(&self, api: &EngineApi, log: &Log) -> Result<()> {
        let kinds = [
            ("container", "/containers/{}?force=1", &self.containers),
            ("network", "/networks/{}", &self.networks),
            ("volume", "/volumes/{}", &self.volumes),
        ];
        for (kind, path, names) in kinds {
            for name in names {
                log.line(format_args!("removing the {kind} {name}"));
                api.delete(&path.replace("{}", name))?;
            }
        }
        Ok(())
    }
}
