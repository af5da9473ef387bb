//! A field of a form on a page of the server alone.

use leptos::prelude::*;

/// A field with its label, and a hint where there is something to say.
#[component]
pub(crate) fn Field(
    /// Its name in the form, and its id.
    name: &'static str,
    /// What it asks for.
    label: &'static str,
    /// What kind of input it is.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What stands in it.
    #[prop(optional, into)]
    value: String,
    /// More about it.
    #[prop(default = "")]
    hint: &'static str,
    /// Whether it must be filled in.
    #[prop(default = true)]
    required: bool,
) -> impl IntoView {
    let described = (!hint.is_empty()).then(|| format!("{name}-hint"));
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {described.clone().map(|id| view! { <p class="hint" id=id>{hint}</p> })}
            <input id=name name=name type=kind autocomplete=autocomplete value=value aria-describedby=described required=required />
        </div>
    }
}

/// A field for a new password.
#[component]
pub(crate) fn NewPassword() -> impl IntoView {
    view! {
        <Field
            name="password"
            label="Password"
            kind="password"
            autocomplete="new-password"
            hint="At least 12 characters; several words do well. Nothing else is asked of it."
        />
    }
}
