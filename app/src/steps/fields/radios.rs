//! A choice as a row of a table: a radio button in the column of each answer.

use leptos::prelude::*;

use super::{Field, FormState};

/// The cells of a choice. `labels` gives, for a word, the ids of what names its button: the row's question and the
/// column's head.
pub(crate) fn radios(
    field: &Field,
    words: &'static [(&'static str, &'static str)],
    labels: impl Fn(&str) -> String,
) -> AnyView {
    let FormState { typed, commit, name, .. } = expect_context();
    let id = field.id();
    let name = name(&id);
    let cells = words.iter().enumerate().map(|(place, &(word, _))| {
        let chosen = {
            let id = id.clone();
            Signal::derive(move || typed.with(|typed| typed.get(&id).is_some_and(|typed| typed == word)))
        };
        let choose = {
            let id = id.clone();
            move |_| {
                typed.update(|typed| {
                    typed.insert(id.clone(), word.to_owned());
                });
                commit.run(());
            }
        };
        // Links to the field lead to its first button.
        let own = if place == 0 { id.clone() } else { format!("{id}-{word}") };
        view! {
            <td class="radio">
                // The whole cell is the target, not the small circle alone.
                <label for=own.clone()>
                    <input
                        id=own.clone()
                        type="radio"
                        name=name.clone()
                        value=word
                        aria-labelledby=labels(word)
                        checked=move || chosen.get()
                        prop:checked=move || chosen.get()
                        on:change=choose
                    />
                </label>
            </td>
        }
    });
    cells.collect_view().into_any()
}
