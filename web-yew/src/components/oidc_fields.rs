//! An OIDC provider that is being filled in: where it is, and who may come in through it.

use yew::prelude::*;

use super::{CopyBox, Field, Kind};
use crate::drafts::{OidcDraft, writer};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) draft: OidcDraft,
    pub(crate) change: Callback<OidcDraft>,
    /// What is wrong with name, address and client.
    pub(crate) faults: [Option<&'static str>; 3],
    /// Where the provider sends people back to.
    pub(crate) redirect_uri: String,
    /// Whether a secret is kept already; then an empty field keeps it.
    #[prop_or_default]
    pub(crate) has_secret: bool,
}

#[component]
pub(crate) fn OidcFields(props: &Props) -> Html {
    let Props { draft, change, faults, has_secret, .. } = props;
    let edit = writer(draft, change);
    let refs = [use_node_ref(), use_node_ref(), use_node_ref(), use_node_ref()];
    let [name, issuer, client, secret] = refs;
    let secret_hint = if *has_secret {
        "One is kept. Fill this in only to replace it."
    } else {
        "The provider shows it where Mosaic is registered. Some clients have none."
    };
    html! {
        <>
            <CopyBox id="redirect-uri" label="Register Mosaic at your provider with this redirect address" value={props.redirect_uri.clone()} />
            <Field id="oidc-name" label="Name on the sign-in button" field={name} at_first={draft.display_name.clone()}
                hint="Such as the name of your organisation." error={faults[0].map(AttrValue::from)} oninput={edit(|draft, text| draft.display_name = text)} />
            <Field id="oidc-issuer" label="Issuer address" field={issuer} at_first={draft.issuer.clone()}
                hint="Such as https://login.example.org. Mosaic reads the rest from there."
                error={faults[1].map(AttrValue::from)} oninput={edit(|draft, text| draft.issuer = text)} />
            <Field id="oidc-client" label="Client ID" field={client} at_first={draft.client_id.clone()}
                error={faults[2].map(AttrValue::from)} oninput={edit(|draft, text| draft.client_id = text)} />
            <Field id="oidc-secret" label="Client secret" kind={Kind::Secret} field={secret} at_first={draft.client_secret.clone()}
                hint={secret_hint} oninput={edit(|draft, text| draft.client_secret = text)} />
            <WhoMayComeIn draft={draft.clone()} change={change.clone()} />
        </>
    }
}

#[derive(PartialEq, Properties)]
struct WhoProps {
    draft: OidcDraft,
    change: Callback<OidcDraft>,
}

/// What most leave as it is.
#[component]
fn WhoMayComeIn(props: &WhoProps) -> Html {
    let WhoProps { draft, change } = props;
    let edit = writer(draft, change);
    let [domains, groups, admins, claim, scopes] =
        [use_node_ref(), use_node_ref(), use_node_ref(), use_node_ref(), use_node_ref()];
    html! {
        <details class="more">
            <summary>{ "Who may come in, and as what" }</summary>
            <div class="stack-fields">
                <Field id="oidc-domains" label="Only these e-mail domains" field={domains} at_first={draft.allowed_domains.clone()}
                    hint="Separated by commas. Empty: anybody the provider lets in." oninput={edit(|draft, text| draft.allowed_domains = text)} />
                <Field id="oidc-groups" label="Only these groups" field={groups} at_first={draft.allowed_groups.clone()}
                    hint="Separated by commas. Empty: anybody the provider lets in." oninput={edit(|draft, text| draft.allowed_groups = text)} />
                <Field id="oidc-admins" label="Group of administrators" field={admins} at_first={draft.admin_group.clone()}
                    hint="Who is in it looks after Mosaic. Empty: roles are given in Mosaic." oninput={edit(|draft, text| draft.admin_group = text)} />
                <Field id="oidc-claim" label="Claim that names a person's groups" field={claim} at_first={draft.groups_claim.clone()}
                    hint="Empty: groups." oninput={edit(|draft, text| draft.groups_claim = text)} />
                <Field id="oidc-scopes" label="Scopes to ask for" field={scopes} at_first={draft.scopes.clone()}
                    hint="Empty: email and profile." oninput={edit(|draft, text| draft.scopes = text)} />
            </div>
        </details>
    }
}
