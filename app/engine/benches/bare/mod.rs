//! The bare loop that the engine's speed is measured against: the tandem of `tandem.json`, written by hand for this one
//! model, without keyed luck and with no figure but the latencies.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

/// Simulates the tandem for 1,200 seconds; the requests that were answered, and the 99th percentile \[ns\].
pub(crate) fn tandem(seed: u64) -> (u64, u64) {
    const STATIONS: usize = 5;
    let mut random = seed;
    let mut exponential = |mean: f64| {
        random = random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        let u = ((z >> 12) as f64 + 0.5) / (1u64 << 52) as f64;
        (-mean * libm::log(u)) as u64
    };
    // A time, and a request with its station; the station after the last is its arrival.
    let mut calendar: BinaryHeap<Reverse<(u64, u32, usize)>> = BinaryHeap::new();
    let mut busy = [0u32; STATIONS];
    let mut queues: [VecDeque<u32>; STATIONS] = Default::default();
    let mut arrivals: Vec<u64> = Vec::new();
    let mut latencies: Vec<u64> = Vec::new();
    calendar.push(Reverse((exponential(2e7), 0, STATIONS)));
    while let Some(Reverse((now, request, station))) = calendar.pop() {
        let mut enter = |request: u32, station: usize, calendar: &mut BinaryHeap<_>| {
            if busy[station] < 4 {
                busy[station] += 1;
                calendar.push(Reverse((now + exponential(2e7), request, station)));
            } else {
                queues[station].push_back(request);
            }
        };
        if station == STATIONS {
            arrivals.push(now);
            enter(request, 0, &mut calendar);
            let next = now + exponential(2e7);
            if next < 1_200_000_000_000 {
                calendar.push(Reverse((next, request + 1, STATIONS)));
            }
            continue;
        }
        if station + 1 < STATIONS {
            enter(request, station + 1, &mut calendar);
        } else {
            latencies.push(now - arrivals[request as usize]);
        }
        match queues[station].pop_front() {
            Some(next) => calendar.push(Reverse((now + exponential(2e7), next, station))),
            None => busy[station] -= 1,
        }
    }
    let rank = latencies.len() * 99 / 100;
    let (_, p99, _) = latencies.select_nth_unstable(rank);
    let p99 = *p99;
    (latencies.len() as u64, p99)
}
