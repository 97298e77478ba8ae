//! Small drawings beside words; they say nothing that the words do not.

use yew::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Glyph {
    Audit,
    Chat,
    Check,
    Cross,
    Fleet,
    Fold,
    Search,
    Settings,
    Users,
    Warning,
}

impl Glyph {
    /// Strokes on a field of 20 by 20.
    const fn path(self) -> &'static str {
        match self {
            Self::Audit => "M5 3h10v14H5zM8 7h4M8 10h4M8 13h2",
            Self::Chat => "M3 5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H9l-4 3v-3a2 2 0 0 1-2-2z",
            Self::Check => "M4 10.5l4 4 8-9",
            Self::Cross => "M5 5l10 10M15 5L5 15",
            Self::Fleet => "M3 4h14v5H3zM3 11h14v5H3zM6 6.500h.100M6 13.500h.100",
            Self::Fold => "M3 4h14v12H3zM8 4v12",
            Self::Search => "M9 3a6 6 0 1 1 0 12A6 6 0 0 1 9 3zM13.5 13.5L17 17",
            Self::Settings => "M3 6h8M15 6h2M11 4v4M3 14h2M9 14h8M9 12v4",
            Self::Users => {
                "M8 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 17c0-3 2.5-5 5.500-5s5.500 2 5.500 5M13 3.500a3 3 0 0 1 0 5.500M15 12.500c1.500.700 2.500 2.200 2.500 4.500"
            }
            Self::Warning => "M10 3l7.500 13.500h-15zM10 8v4M10 14.200v.100",
        }
    }
}

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) glyph: Glyph,
}

#[component]
pub(crate) fn Icon(props: &Props) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d={props.glyph.path()} /></svg>
    }
}
