//! What this installation calls its things in the engine, and how it knows them again.
//!
//! A name alone proves nothing (anyone may take it): what is ours says so on its labels.

use std::collections::HashMap;

use mosaic_model::{CellId, InstanceId};

/// Which installation made the object.
pub(crate) const INSTANCE_LABEL: &str = "mosaic.instance";
/// Whose cell it belongs to.
pub(crate) const CELL_LABEL: &str = "mosaic.cell";
/// Which container of the cell it is.
pub(crate) const GENERATION_LABEL: &str = "mosaic.generation";
/// Random bits that tell an imposter.
pub(crate) const NONCE_LABEL: &str = "mosaic.nonce";
/// The fingerprint of the spec it was made from.
pub(crate) const SPEC_LABEL: &str = "mosaic.spec";

/// The names of one cell's things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Names {
    /// Its container and its network; the engine keeps the two kinds of name apart.
    pub(crate) container: String,
    /// Its network's bridge, an interface of this host: at most 15 characters.
    pub(crate) bridge: String,
    /// What outlives both.
    pub(crate) volume: String,
    /// The labels that make a thing this cell's.
    pub(crate) labels: HashMap<String, String>,
}

impl Names {
    /// The names of a cell's things in an installation.
    pub(crate) fn of(instance: InstanceId, cell: CellId) -> Self {
        let (inst, short) = (instance.short(), cell.short());
        Self {
            container: format!("mosaic-{inst}-{short}"),
            bridge: format!("{}{short}", bridge_prefix(instance)),
            volume: format!("mosaic-{inst}-{short}-state"),
            labels: HashMap::from([
                (INSTANCE_LABEL.to_owned(), instance.to_string()),
                (CELL_LABEL.to_owned(), cell.to_string()),
            ]),
        }
    }

    /// Whether an object with these labels is this cell's own.
    pub(crate) fn owns(&self, labels: Option<&HashMap<String, String>>) -> bool {
        labels.is_some_and(|found| self.labels.iter().all(|(key, value)| found.get(key) == Some(value)))
    }
}

/// What the name of every bridge of an installation begins with.
pub(crate) fn bridge_prefix(instance: InstanceId) -> String {
    format!("msc-{}", instance.short())
}

#[cfg(test)]
mod tests {
    use mosaic_model::UserId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_bridge_name_fits_an_interface() {
        let cell = CellId::User(UserId::from_uuid(Uuid::from_u128(1)));
        let names = Names::of(InstanceId::from_uuid(Uuid::from_u128(2)), cell);
        assert_eq!(names.bridge.len(), 15);
    }

    #[test]
    fn another_installations_labels_are_not_ours() {
        let cell = CellId::User(UserId::from_uuid(Uuid::from_u128(1)));
        let ours = Names::of(InstanceId::from_uuid(Uuid::from_u128(2)), cell);
        let theirs = Names::of(InstanceId::from_uuid(Uuid::from_u128(3)), cell);
        assert!(ours.owns(Some(&ours.labels)));
        assert!(!ours.owns(Some(&theirs.labels)));
        assert!(!ours.owns(None));
    }
}
