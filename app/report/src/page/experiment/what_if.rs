//! What a change does: the verdict, the rules and the figures, before and after side by side.

use decide::{
    Finding, Verdict,
    wording::{at_budget, list},
};
use engine::{
    Difference,
    experiment::{Side, WhatIf},
    report::{Figure, Share, TopologyReport},
};
use model::TopologyKind;

use super::{
    super::{
        decision::effect_class,
        markup::Html,
        prototype::{NARROW, WIDE, drawn, seen},
    },
    finding::verdict as in_words,
};
use crate::chart::{self, Pair, Size, names};

/// What the change does, the verdict first.
pub(super) fn finding(found: &WhatIf) -> Vec<String> {
    let [before, after] = verdicts(found).map(|verdict| in_words(verdict.decision.slug()));
    let verdict = if before == after {
        format!("the verdict stays {after}")
    } else {
        format!("the verdict changes from {before} to {after}")
    };
    let pairs = chart::pairs(found);
    let p = chart::budget_percentile(found);
    let mut sentences = vec![format!("{}: {verdict}.", found.label)];
    let over = shares(&pairs, |side| side.over_budget, |difference| difference.over_budget);
    let failed = shares(&pairs, |side| side.failed, |difference| difference.failed);
    let figures: [(&str, Moves<'_>); 3] = [
        (&p, latency(&pairs)),
        ("The share of requests over budget", over),
        ("The share of requests that fail", failed),
    ];
    if figures.iter().all(|(_, moves)| moves.is_empty()) {
        sentences.push(format!("Neither {p} nor a share of requests over budget or failed is shown to change."));
    } else {
        sentences.extend(figures.iter().map(|(figure, moves)| told(figure, moves, &pairs)));
    }
    sentences
}

fn verdicts(found: &WhatIf) -> [Verdict; 2] {
    [&found.before, &found.after].map(|side: &Side| decide::verdict(&side.document, &side.report))
}

/// Whether a difference is shown: its interval lies on one side of nothing.
fn is_shown(change: &Figure) -> bool {
    change.low > 0.0 || change.high < 0.0
}

/// The arrangements of which something is shown to change, with words for it.
type Moves<'a> = Vec<(&'a Pair<'a>, String)>;

fn latency<'a>(pairs: &'a [Pair<'a>]) -> Moves<'a> {
    // A percentile that comes or goes has no difference, and is the largest change of all.
    let has = |side: &TopologyReport| side.latency.at_budget.is_some();
    let moved = |pair: &&Pair<'_>| {
        pair.difference.at_budget.as_ref().is_some_and(is_shown) || has(pair.before) != has(pair.after)
    };
    let moves = pairs.iter().filter(moved);
    moves.map(|pair| (pair, format!("from {} to {}", at_budget(pair.before), at_budget(pair.after)))).collect()
}

fn shares<'a>(pairs: &'a [Pair<'a>], of: fn(&TopologyReport) -> Share, change: fn(&Difference) -> Figure) -> Moves<'a> {
    let moves = pairs.iter().filter(|pair| is_shown(&change(pair.difference)));
    let moves = moves.map(|pair| {
        let [before, after] = [pair.before, pair.after].map(|side| seen(of(side)));
        (pair, format!("from {before} to {after}"))
    });
    moves.collect()
}

/// A figure that goes from here to there in some arrangements, and stays in others.
fn told(figure: &str, moves: &Moves<'_>, pairs: &[Pair<'_>]) -> String {
    let moved = |pair: &&Pair<'_>| moves.iter().any(|(other, _)| std::ptr::eq(*other, *pair));
    let stays = pairs.iter().filter(|pair| !moved(pair)).flat_map(|pair| pair.kinds.iter().copied());
    let stays: Vec<TopologyKind> = stays.collect();
    if moves.is_empty() {
        return format!("{figure} is not shown to change in any topology.");
    }
    let goes: Vec<String> = moves.iter().map(|(pair, goes)| format!("{goes} in {}", names(&pair.kinds))).collect();
    let stays = match stays.as_slice() {
        [] => String::new(),
        stays => format!("; it is not shown to change in {}", names(stays)),
    };
    format!("{figure} goes {}{stays}.", list(&goes))
}

/// Both verdicts, the rules that begin and cease to fire, and the figures.
pub(super) fn sides(html: &mut Html, found: &WhatIf) {
    let [before, after] = verdicts(found);
    html.open("dl class=\"pair sides\"");
    for (name, verdict) in [("Verdict before", &before), ("Verdict after", &after)] {
        html.open("div").element("dt", name).element("dd", &verdict.sentence).close("div");
    }
    html.close("dl");
    rules(html, "Rules that would begin to fire", &after.findings, &before.findings);
    rules(html, "Rules that would no longer fire", &before.findings, &after.findings);
    let pairs = chart::pairs(found).len() as u32;
    let p = chart::budget_percentile(found);
    let caption = format!("{p} before the change (ring) and after it (dot), with 95 % intervals");
    let sizes = [WIDE, NARROW].map(|size| Size { height: 72 + 64 * pairs, ..size });
    let table = chart::what_if_overview(found);
    drawn(html, &caption, "what-if", sizes, &table, |size, id| chart::what_if(found, size, id));
    html.table(&table);
    let (report, sides) = (&found.after.report, [&found.before.report, &found.after.report]);
    html.element(
        "p class=\"note\"",
        &format!(
            "Seed {}, {} replications of each topology, before and after with the same requests and the same luck: a \
             difference comes from the change, and is known better than the figures it lies between. Ranges are 95 % \
             intervals of simulation error.",
            report.seed, report.replications
        ),
    );
    if sides.iter().any(|report| report.cut_short) {
        let limit = "A limit on work ended some of these simulations early; their figures are of what ran until then.";
        html.element("p class=\"notice\"", limit);
    }
    for (when, [some, others]) in [("before", sides), ("after", [sides[1], sides[0]])] {
        let only = some.topologies.iter().map(|topology| topology.kind);
        let only: Vec<_> = only.filter(|kind| others.topology(*kind).is_none()).collect();
        if !only.is_empty() {
            html.element("p class=\"note\"", &format!("Only {when} the change there is {}.", names(&only)));
        }
    }
    html.open("details").element("summary", "All figures, before and after").table(&chart::what_if_table(found));
    html.close("details");
}

/// Rules that fire on one side of the change with an effect that they do not have on the other.
fn rules(html: &mut Html, title: &str, these: &[Finding], others: &[Finding]) {
    let known =
        |finding: &&Finding| !others.iter().any(|other| other.rule == finding.rule && other.effect == finding.effect);
    let only: Vec<&Finding> = these.iter().filter(known).collect();
    if only.is_empty() {
        return;
    }
    html.element("h2", title).open("ul class=\"rules\"");
    for finding in only {
        let name = decide::RULES.iter().find(|rule| rule.id == finding.rule).map_or("", |rule| rule.name);
        let effect = format!("span class=\"{}\"", effect_class(finding.effect));
        html.open("li").element(&effect, finding.effect.label()).open("span").text(name).raw(" ");
        html.element("small", &finding.evidence).close("span").close("li");
    }
    html.close("ul");
}
