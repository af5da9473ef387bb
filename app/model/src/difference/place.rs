//! Places in a document: what identifies the items of its lists, and how a place is written and said.

use std::collections::BTreeSet;

use super::ordered::{Json, quoted};
use crate::document::Document;

/// A list or a map whose items have identities.
struct Keyed {
    /// Where it is, as the names of the fields that lead to it.
    at: &'static str,
    /// The fields that together identify an item of the list. None: it is a map, and its keys do.
    identity: &'static [&'static str],
    /// What an item is called before its name; a step needs nothing, it is what documents are about.
    word: &'static str,
    /// What people call the thing that an identity names, in a document that has it.
    name: for<'a> fn(&'a Document, &str) -> Option<&'a str>,
}

/// Every list and map whose items have identities. A list that is not here is one value; a map that is not here is
/// compared all the same, only its keys are said as if they were fields.
const KEYED: [Keyed; 8] = [
    Keyed { at: "pools", identity: &["id"], word: "pool ", name: pool },
    Keyed { at: "steps", identity: &["id"], word: "", name: step },
    Keyed { at: "dependencies", identity: &["from", "to"], word: "dependency ", name: step },
    Keyed { at: "waits", identity: &["from", "to"], word: "wait ", name: nothing },
    Keyed { at: "outages", identity: &["step"], word: "outage of ", name: step },
    Keyed { at: "joins", identity: &[], word: "join ", name: step },
    Keyed { at: "custom.after", identity: &[], word: "own order of ", name: step },
    Keyed { at: "thresholds", identity: &[], word: "threshold ", name: nothing },
];

/// Fields whose object is written in one of several forms: half of one form and half of another is neither.
const IN_FORMS: [&str; 1] = ["latency"];

fn step<'a>(document: &'a Document, id: &str) -> Option<&'a str> {
    document.step_index(id).map(|step| document.steps[step].label())
}

fn pool<'a>(document: &'a Document, id: &str) -> Option<&'a str> {
    document.pool_index(id).map(|pool| document.pools[pool].label())
}

fn nothing<'a>(_: &'a Document, _: &str) -> Option<&'a str> {
    None
}

/// A place in a document; the default is the whole document.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// The fields that lead here, for [`KEYED`]; `[]` stands for any item of a list.
    at: String,
    pub(super) path: String,
    pub(super) label: String,
    /// What stands in the label between this place and one inside it.
    joint: &'static str,
}

impl Place {
    /// The place of a field of the object here. Names are looked up in `documents`, the first that knows one says it.
    pub(super) fn field(&self, key: &str, documents: &[&Document]) -> Self {
        let plain = !key.is_empty() && key.chars().all(|c| plain(c) && c != '.');
        let dot = if self.at.is_empty() { "" } else { "." };
        let path = if plain { format!("{}{dot}{key}", self.path) } else { format!("{}[{}]", self.path, quoted(key)) };
        let at = format!("{}{dot}{key}", self.at);
        match self.keyed() {
            Some(map) => Self { at, path, label: map.said(&[key], documents), joint: ": " },
            None => Self { at, path, label: format!("{}{}{}", self.label, self.joint, words(key)), joint: ", " },
        }
    }

    /// The place of an item of the list here.
    pub(super) fn item(&self, identity: &[&str], documents: &[&Document]) -> Self {
        Self {
            at: format!("{}[]", self.at),
            path: format!("{}[{}]", self.path, written(identity)),
            label: self.keyed().map(|list| list.said(identity, documents)).unwrap_or_default(),
            joint: ": ",
        }
    }

    /// The place that stands for the order of the list here.
    pub(super) fn order(&self) -> Self {
        let (at, path) = (format!("{}.order", self.at), format!("{}.order", self.path));
        Self { at, path, label: format!("{}{}order", self.label, self.joint), joint: ", " }
    }

    /// The items of the list here with their identities; nothing if the list has none, or they do not tell all apart.
    pub(super) fn identified<'a>(&self, items: &'a [Json]) -> Option<Vec<(Vec<&'a str>, &'a Json)>> {
        let fields = self.keyed().map(|list| list.identity).filter(|fields| !fields.is_empty())?;
        let identify = |item: &'a Json| fields.iter().map(|field| item.text_field(field)).collect::<Option<Vec<_>>>();
        let identified = items.iter().map(|item| Some((identify(item)?, item))).collect::<Option<Vec<_>>>()?;
        let distinct: BTreeSet<&Vec<&str>> = identified.iter().map(|(identity, _)| identity).collect();
        (distinct.len() == items.len()).then_some(identified)
    }

    /// Whether objects here with these fields can be compared field by field.
    pub(super) fn comparable(&self, objects: [&[(String, Json)]; 3]) -> bool {
        let keys = objects.map(|fields| fields.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>());
        // A range is one number. A map is never written like one: its keys stand in the order of the alphabet.
        let ranges = keys.iter().any(|keys| *keys == ["low", "high"]);
        let in_forms = self.at.rsplit('.').next().is_some_and(|field| IN_FORMS.contains(&field));
        !ranges && (!in_forms || (keys[0] == keys[1] && keys[1] == keys[2]))
    }

    fn keyed(&self) -> Option<&'static Keyed> {
        KEYED.iter().find(|keyed| keyed.at == self.at)
    }
}

impl Keyed {
    fn said(&self, identity: &[&str], documents: &[&Document]) -> String {
        let name = |id| documents.iter().find_map(|document| (self.name)(document, id)).unwrap_or(id);
        let names: Vec<&str> = identity.iter().map(|&id| name(id)).collect();
        format!("{}{}", self.word, names.join(" → "))
    }
}

/// The identity of an item as it stands in a path.
pub(super) fn written(identity: &[&str]) -> String {
    let part = |id: &&str| if !id.is_empty() && id.chars().all(plain) { (*id).to_owned() } else { quoted(id) };
    identity.iter().map(part).collect::<Vec<_>>().join(">")
}

/// What ids are made of; see the check of ids.
fn plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// The name of a field in words, its unit in brackets.
fn words(field: &str) -> String {
    let unit = |suffix, unit| field.strip_suffix(suffix).map(|rest| (rest, unit));
    let (rest, unit) = unit("_ms", " (ms)").or_else(|| unit("_s", " (s)")).unwrap_or((field, ""));
    format!("{}{unit}", rest.replace('_', " "))
}
