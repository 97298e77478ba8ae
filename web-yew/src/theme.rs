//! Light, dark, or as the system has it.

use crate::storage;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// The word that is stored and that the style sheet reads; none for the system's own.
    const fn word(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// Puts it on the page.
    pub(crate) fn apply(self) {
        let page = web_sys::window().and_then(|window| window.document()?.document_element());
        let Some(page) = page else { return };
        let _ = match self.word() {
            Some(word) => page.set_attribute("data-theme", word),
            None => page.remove_attribute("data-theme"),
        };
    }

    /// Puts it on the page and remembers it.
    pub(crate) fn choose(self) {
        storage::set_theme(self.word());
        self.apply();
    }
}

/// The one that was chosen last.
pub(crate) fn current() -> Theme {
    let stored = storage::theme();
    Theme::ALL.into_iter().find(|theme| theme.word() == stored.as_deref()).unwrap_or(Theme::System)
}
