//! The theory suite: every case of `engine::theory`, with at most one failure by chance in a hundred runs of the whole suite.
//! Where everything is run in full, each case runs under seeds 1, 2 and 3; else under one of them, the next case under the next.

use engine::theory::{Case, cases};

const SEEDS: [u64; 3] = [1, 2, 3];

#[test]
fn the_engine_agrees_with_theory() {
    let cases = cases();
    let full = std::env::var_os("FORKLINE_FULL").is_some();
    let all = cases.iter().enumerate().flat_map(|(place, case)| SEEDS.map(|seed| (place, case, seed)));
    let work: Vec<(&Case, u64)> = all
        .filter(|(place, _, seed)| full || SEEDS[place % SEEDS.len()] == *seed)
        .map(|(_, case, seed)| (case, seed))
        .collect();
    let among = work.len();
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(4);
    let complaints: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                let work = work.iter().skip(worker).step_by(threads);
                scope.spawn(move || work.filter_map(|&(case, seed)| complaint(case, seed, among)).collect::<Vec<_>>())
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no case panics")).collect()
    });
    assert!(among >= 70, "only {among} comparisons");
    assert!(complaints.is_empty(), "{} of {among}:\n{}", complaints.len(), complaints.join("\n"));
}

fn complaint(case: &Case, seed: u64, among: usize) -> Option<String> {
    let checked = case.check(seed, among);
    let problem = match (checked.narrow, checked.agrees) {
        (true, true) => return None,
        (false, true) => "the interval is too wide",
        (_, false) => "theory says otherwise",
    };
    let figure =
        checked.figure.map_or_else(|| "nothing".to_owned(), |f| format!("{} ({} to {})", f.value, f.low, f.high));
    Some(format!("seed {seed}, {}: {problem}: {figure} against {}", case.name, case.exact))
}
