//! How long those who ask for a slot of a pool wait for it.

use decide::wording::ms;
use engine::Report;
use model::Document;

use super::{
    Size,
    arrangement::{Heads, arrangements},
    axis::{Frame, Scale, ticks_across, time_label},
    mark::Reach,
    role::Role,
    svg::{Anchor, cut, draw, text_width},
    table::with_interval,
};

/// Height of a pool's name above its rows \[px\].
const NAME: f64 = 24.0;

/// Draws the mean wait for each pool in each arrangement, with its 95 % interval. A height of 40 px, 24 px for each
/// pool and 26 px for each of its rows has room for all. `id` tells the charts of one page apart.
pub fn pool_waits(document: &Document, report: &Report, size: Size, id: &str) -> String {
    let rows = arrangements(report);
    let wait = |pool: usize, row: usize| rows.get(row)?.topology.pools.get(pool)?.mean_wait_ms;
    let cells = || (0..document.pools.len()).flat_map(|pool| (0..rows.len()).map(move |row| (pool, row)));
    let described = cells().filter_map(|(pool, row)| {
        Some(format!("{}, {}: {}.", document.pools[pool].label(), rows[row].names(), ms(wait(pool, row)?.value)))
    });
    let description = described.collect::<Vec<_>>().join(" ");
    draw(size, id, "Mean wait for a slot", &description, &mut |canvas| {
        let heads = Heads::of(canvas, &rows);
        let right = canvas.width() - 18.0;
        let frame = Frame { left: heads.end(), right, top: 4.0, bottom: canvas.height() - 30.0 };
        let most = cells().filter_map(|(pool, row)| wait(pool, row)).map(|figure| figure.high).fold(1.0, f64::max);
        let scale = Scale::linear(most * 1.05, ticks_across(canvas.narrow()));
        let names = NAME * document.pools.len() as f64;
        let height = (frame.bottom - frame.top - names) / (document.pools.len() * rows.len()).max(1) as f64;
        let mut top = frame.top;
        for (pool, row) in cells() {
            let label = document.pools[pool].label();
            if row == 0 {
                let name = cut(label, canvas.width() - 4.0);
                canvas.text(&name, (0.0, top + NAME / 2.0), Role::Ink, Anchor::Start, true);
                top += NAME;
                // The grid does not run through names, and has its labels under the last pool.
                let part = Frame { top, bottom: top + height * rows.len() as f64, ..frame };
                let last = pool + 1 == document.pools.len();
                let time = |tick| if last { time_label(tick, scale.high) } else { String::new() };
                part.grid_across(canvas, &scale, &time);
            }
            let (arrangement, y) = (&rows[row], top + height / 2.0);
            canvas.begin_series(&arrangement.kinds);
            arrangement.head(canvas, y, &heads);
            let (figure, mut end) = (wait(pool, row), frame.left);
            if let Some(figure) = figure {
                end = frame.x(&scale, figure.value);
                canvas.rectangle((frame.left, y - 6.0), (end, y + 6.0), arrangement.role(), true);
                canvas.whisker((frame.x(&scale, figure.low), frame.x(&scale, figure.high)), y, Role::Ink);
                end = end.max(frame.x(&scale, figure.high));
            }
            let text = figure.map_or_else(|| "nobody asked".to_owned(), |figure| ms(figure.value));
            let width = text_width(&text);
            if end + 10.0 + width < canvas.width() {
                canvas.text(&text, (end + 8.0, y), Role::Ink, Anchor::Start, false);
            } else if let Some(figure) = figure {
                // On the bar, before its interval.
                let at = frame.x(&scale, figure.low) - 8.0;
                if at - width > frame.left {
                    canvas.text(&text, (at, y), Role::Paper, Anchor::End, false);
                }
            }
            let words = figure.map_or(text, |figure| with_interval(figure, &ms));
            let corners = ((frame.left, top + 2.0), (frame.right, top + height - 2.0));
            canvas.mark(corners.0, corners.1, Reach::All, &format!("{label}, {}", arrangement.names()), &[words]);
            canvas.end_series();
            top += height;
        }
    })
}
