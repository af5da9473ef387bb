//! What holds for every document and for every text.

mod drawn;

use drawn::document;
use model::{
    Document,
    topology::{Topology, sequential_order},
};
use proptest::prelude::*;

proptest! {
    #[test]
    fn what_is_written_is_read_again_unchanged(document in document()) {
        let document = document.checked().map_err(|problems| TestCaseError::fail(problems.to_string()))?;
        let (terse, pretty) = (document.to_json(), document.to_pretty_json());
        prop_assert_eq!(&Document::parse(&terse).map_err(|p| TestCaseError::fail(p.to_string()))?, &document);
        let again = Document::parse(&pretty).map_err(|p| TestCaseError::fail(p.to_string()))?;
        prop_assert_eq!(again.to_json(), terse);
        prop_assert_eq!(again.digest(), document.digest());
    }

    #[test]
    fn any_text_gives_a_document_or_a_problem(text in any::<String>()) {
        if let Err(problems) = Document::parse(&text) {
            prop_assert!(!problems.0.is_empty());
        }
    }

    #[test]
    fn a_document_with_a_piece_torn_out_gives_a_document_or_a_problem(
        document in document(), from in 0.0..1.0, length in 1..40usize, instead in "[\\[\\]{}:,\"0-9a-z.-]{0,6}"
    ) {
        let text: Vec<char> = document.to_json().chars().collect();
        let start = (text.len() as f64 * from) as usize;
        let end = (start + length).min(text.len());
        let torn: String = text[..start].iter().copied().chain(instead.chars()).chain(text[end..].iter().copied()).collect();
        if let Err(problems) = Document::parse(&torn) {
            prop_assert!(problems.0.iter().all(|problem| !problem.message.is_empty()));
        }
    }

    #[test]
    fn topologies_hold_every_step_once_in_an_order_without_circles(document in document()) {
        let order = sequential_order(&document);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        prop_assert_eq!(sorted, (0..document.steps.len()).collect::<Vec<_>>());
        let place = |step: usize| order.iter().position(|&other| other == step);
        for topology in Topology::all(&document) {
            prop_assert_eq!(topology.after.len(), document.steps.len());
            for (step, before) in topology.after.iter().enumerate() {
                // All made topologies respect sequential order, so a circle is impossible.
                prop_assert!(before.iter().all(|&earlier| place(earlier) < place(step)), "{:?}", topology);
            }
        }
    }
}
