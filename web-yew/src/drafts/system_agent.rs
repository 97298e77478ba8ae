//! An agent of the fleet's own that is being declared or changed.

use mosaic_api::{DeclareSystemAgent, ModelBody, NewProvider, ReplaceSystemAgent, SystemAgentBody};

use super::Difference;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SystemAgentEdit {
    pub(crate) name: String,
    pub(crate) personality: String,
    /// Empty, or none that there is: the first there is.
    pub(crate) model: String,
    pub(crate) always_on: bool,
}

impl SystemAgentEdit {
    pub(crate) fn of(saved: &SystemAgentBody) -> Self {
        Self {
            name: saved.name.clone(),
            personality: saved.personality.clone(),
            model: saved.model.clone(),
            always_on: saved.always_on,
        }
    }

    /// What is wrong with the name.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        self.name.trim().is_empty().then_some("Give it a name")
    }

    /// Which of these models it thinks with.
    pub(crate) fn model_of<'a>(&'a self, models: &'a [ModelBody]) -> &'a str {
        let known = models.iter().find(|model| model.id == self.model).or_else(|| models.first());
        known.map_or(self.model.as_str(), |model| &model.id)
    }

    /// What to declare, on this account.
    pub(crate) fn to_declare(&self, models: &[ModelBody], provider: NewProvider) -> DeclareSystemAgent {
        DeclareSystemAgent {
            name: self.name.trim().to_owned(),
            personality: self.personality.trim().to_owned(),
            model: self.model_of(models).to_owned(),
            always_on: self.always_on,
            provider,
        }
    }

    /// What it is to be from now on.
    pub(crate) fn to_replace(&self, models: &[ModelBody]) -> ReplaceSystemAgent {
        ReplaceSystemAgent {
            name: self.name.trim().to_owned(),
            personality: self.personality.trim().to_owned(),
            model: self.model_of(models).to_owned(),
            always_on: self.always_on,
        }
    }

    /// Where this and what somebody else has saved meanwhile are not the same.
    pub(crate) fn differences(&self, theirs: &SystemAgentBody) -> Vec<Difference> {
        let theirs = Self::of(theirs);
        let on = |on| if on { "yes" } else { "no" }.to_owned();
        let all = [
            ("Name", self.name.trim().to_owned(), theirs.name),
            ("Personality", self.personality.trim().to_owned(), theirs.personality),
            ("Model", self.model.clone(), theirs.model),
            ("Always on", on(self.always_on), on(theirs.always_on)),
        ];
        all.into_iter().filter_map(|(what, mine, theirs)| Difference::between(what, mine, theirs)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_thinks_with_a_model_that_there_is() {
        let models = ["a", "b"].map(|id| ModelBody { id: id.to_owned(), ..ModelBody::default() });
        let mut edit = SystemAgentEdit { name: " Porter ".to_owned(), ..SystemAgentEdit::default() };
        assert_eq!(edit.model_of(&models), "a");
        edit.model = "b".to_owned();
        assert_eq!(edit.model_of(&models), "b");
        assert_eq!(edit.model_of(&models[..1]), "a", "it went with its provider's other models");
        let declared = edit.to_declare(&models, NewProvider::default());
        assert_eq!((declared.name.as_str(), declared.model.as_str()), ("Porter", "b"));
        assert_eq!((edit.fault(), SystemAgentEdit::default().fault()), (None, Some("Give it a name")));
    }
}
