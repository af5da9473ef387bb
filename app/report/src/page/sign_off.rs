//! Who has signed off a version and who was asked and has not, as the Record step says before a record is issued.

use decide::wording::list;

use super::markup::{Html, escape};
use crate::record::SignOff;

/// What the record of this version would carry of its sign-off, with the way to where one answers; nothing where nobody was
/// asked. `discussion` is that page's address.
pub fn sign_off(version: u64, answers: &[SignOff], unanswered: &[String], discussion: &str) -> String {
    let mut html = Html::default();
    if answers.is_empty() && unanswered.is_empty() {
        return html.into_text();
    }
    html.open("section aria-labelledby=\"signed\"");
    html.element("h2 id=\"signed\"", &format!("Sign-off of version {version}")).open("ul");
    for answer in answers {
        html.element("li", &answer.sentence());
    }
    if !unanswered.is_empty() {
        let verb = if unanswered.len() == 1 { "was asked and has" } else { "were asked and have" };
        html.element("li", &format!("{} {verb} not answered yet.", list(unanswered)));
    }
    html.close("ul").open("p").text("A record says so as it is when it is issued. ");
    html.element(&format!("a href=\"{}\" rel=\"external\"", escape(discussion)), "To the answers").text(".");
    html.close("p").close("section");
    html.into_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(name: &str, approves: bool, because: &str) -> SignOff {
        SignOff { name: name.to_owned(), approves, because: because.to_owned(), date: "2026-01-31".to_owned() }
    }

    #[test]
    fn where_nobody_was_asked_nothing_is_said() {
        assert_eq!(sign_off(3, &[], &[], "/d"), "");
    }

    #[test]
    fn who_answered_and_who_has_not_are_told_from_each_other() {
        let answers = [answer("Ann", true, ""), answer("<Ben>", false, "no budget")];
        let html = sign_off(3, &answers, &["Cora".to_owned(), "Dan".to_owned()], "/pipelines/p/discussion");
        for part in [
            "Sign-off of version 3",
            "<li>2026-01-31: Ann approves.</li>",
            "&lt;Ben&gt; objects. no budget.</li>",
            "<li>Cora and Dan were asked and have not answered yet.</li>",
            "href=\"/pipelines/p/discussion\"",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        let html = sign_off(3, &[], &["Cora".to_owned()], "/d");
        assert!(html.contains("Cora was asked and has not answered yet."), "{html}");
    }
}
