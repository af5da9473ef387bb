//! Maturity: answers, and those that another page contradicts.

use crate::web::tests::workbench::Workbench;

#[tokio::test]
async fn an_answer_that_contradicts_another_page_is_questioned_beside_it() {
    let bench = Workbench::of("three-services").await;
    bench
        .save(|document| {
            document.steps[0].effect = model::Effect::Write;
            document.steps[0].writes = vec!["customers".to_owned()];
        })
        .await;
    let question = "Is there an undo for every write?";
    let contradiction = "Classify lacks an undo for Load customer. One of the two is not right.";
    // The last one takes the answer back.
    for (answer, word, contradicted) in [("Yes", "yes", true), ("Partly", "partly", false), ("Not yet", "", false)] {
        let form = bench.open("maturity").await.form("Save").answer(question, answer);
        let page = form.send(&bench.site).await;
        let row = page.rows().into_iter().find(|row| row.starts_with(question)).expect("its row");
        assert_eq!(row.contains(contradiction), contradicted, "{answer}: {row}");
        let buttons = page.all("input[name=form[maturity-undo_everywhere]]");
        let chosen: Vec<_> =
            buttons.iter().filter(|button| button.has("checked")).map(|button| button.get("value")).collect();
        assert_eq!(chosen, [Some(word)], "{answer}");
    }
}
