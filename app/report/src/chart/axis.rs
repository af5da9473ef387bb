//! Scales, from values to places, and the frame that a chart draws its grid in.

use decide::wording;
use model::Document;

use super::{
    role::Role,
    svg::{Anchor, Canvas, text_width},
};

/// An axis ends here at the latest, whatever it is asked to hold: so it has a bounded number of ticks.
const LONGEST_AXIS: f64 = 1e15;

/// A value that an axis can hold.
fn bounded(value: f64, least: f64) -> f64 {
    // Not-a-number becomes the least.
    value.max(least).min(LONGEST_AXIS)
}

/// From values to shares of an axis.
#[derive(Debug)]
pub(super) struct Scale {
    low: f64,
    pub(super) high: f64,
    log: bool,
    ticks: Vec<f64>,
}

impl Scale {
    /// From 0 to `most` or a little more, with about `wanted` ticks.
    pub(super) fn linear(most: f64, wanted: f64) -> Self {
        let most = bounded(most, 0.0);
        let step = round_step(most / wanted);
        let count = (most / step).ceil().max(1.0) as u32;
        let ticks: Vec<f64> = (0..=count).map(|place| f64::from(place) * step).collect();
        Self { low: 0.0, high: f64::from(count) * step, log: false, ticks }
    }

    /// From `least` to `most`, both above 0, and a little more on either side; as many times more have the same length
    /// everywhere.
    pub(super) fn logarithmic(least: f64, most: f64) -> Self {
        let least = bounded(least, 1e-3).min(LONGEST_AXIS / 1e3);
        let power = 10.0_f64.powf(least.log10().floor());
        let low = [5.0, 2.0].into_iter().map(|factor| factor * power).find(|low| *low <= least).unwrap_or(power);
        let high = round_step(bounded(most, low * 2.0));
        let ticks = std::iter::successors(Some(low), |tick| Some(round_step(tick * 1.01)));
        Self { low, high, log: true, ticks: ticks.take_while(|tick| *tick <= high * 1.001).collect() }
    }

    /// A scale of times \[ms\]: logarithmic where the longest dwarfs what is `usual`, so that overload does not squeeze
    /// everything else.
    pub(super) fn of_times(times: impl Iterator<Item = f64>, usual: f64, wanted: f64) -> Self {
        let (least, most) = times.fold((usual, usual), |(least, most), ms| (least.min(ms), most.max(ms)));
        if most > usual * 4.0 { Scale::logarithmic(least, most) } else { Scale::linear(most * 1.05, wanted) }
    }

    /// How far along the axis a value lies, from 0 to 1.
    fn share(&self, value: f64) -> f64 {
        let share = if self.log {
            (value.max(self.low) / self.low).ln() / (self.high / self.low).ln()
        } else {
            value.max(0.0) / self.high
        };
        share.clamp(0.0, 1.0)
    }
}

/// Where a chart is drawn, between the margins \[px\].
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

impl Frame {
    pub(super) fn x(&self, scale: &Scale, value: f64) -> f64 {
        self.left + scale.share(value) * (self.right - self.left)
    }

    pub(super) fn y(&self, scale: &Scale, value: f64) -> f64 {
        self.bottom - scale.share(value) * (self.bottom - self.top)
    }

    /// Upright lines at the ticks of a scale, with their labels beneath; labels that have no room are left out.
    pub(super) fn grid_across(&self, canvas: &mut Canvas<'_>, scale: &Scale, label: &dyn Fn(f64) -> String) {
        let mut free = 0.0;
        for &tick in &scale.ticks {
            let x = self.x(scale, tick);
            canvas.line((x, self.top), (x, self.bottom), Role::Grid, 1);
            let text = label(tick);
            let reach = text_width(&text) / 2.0;
            let at = x.min(canvas.width() - reach - 2.0).max(reach + 2.0);
            if at - reach >= free {
                canvas.text(&text, (at, self.bottom + 17.0), Role::SecondaryInk, Anchor::Middle, false);
                free = at + reach + 8.0;
            }
        }
    }

    /// Level lines at the ticks of a scale, with their labels on the left; labels that have no room are left out.
    pub(super) fn grid_up(&self, canvas: &mut Canvas<'_>, scale: &Scale, label: &dyn Fn(f64) -> String) {
        let mut free = f64::INFINITY;
        for &tick in &scale.ticks {
            let y = self.y(scale, tick);
            canvas.line((self.left, y), (self.right, y), Role::Grid, 1);
            if y <= free {
                canvas.text(&label(tick), (self.left - 7.0, y), Role::SecondaryInk, Anchor::End, false);
                free = y - 17.0;
            }
        }
    }

    /// The tolerance of the budget on a time axis from left to right.
    pub(super) fn band_across(&self, canvas: &mut Canvas<'_>, scale: &Scale, document: &Document) {
        let (low, high) = tolerance(document);
        canvas.rectangle((self.x(scale, low), self.top), (self.x(scale, high), self.bottom), Role::Band, true);
    }

    /// A line that values on a scale from left to right are held against, with its label at a height of `y`.
    pub(super) fn limit_across(&self, canvas: &mut Canvas<'_>, scale: &Scale, limit: f64, label: &str, y: f64) {
        let x = self.x(scale, limit);
        canvas.line((x, self.top), (x, self.bottom), Role::Budget, 2);
        let fits_left = x - self.left > text_width(label) + 10.0;
        let (at, anchor) = if fits_left { (x - 6.0, Anchor::End) } else { (x + 6.0, Anchor::Start) };
        canvas.text(label, (at, y), Role::Budget, anchor, true);
    }

    /// Where words stand that belong to an interval along a scale from left to right: on that side of it on which they
    /// have room and do not stand on the line of a limit.
    pub(super) fn beside(
        &self,
        canvas: &Canvas<'_>,
        (low, high): (f64, f64),
        limit: f64,
        words: &str,
    ) -> (f64, Anchor) {
        /// Words that go beyond the limit's line are still seen as those of a dot this near to the line \[px\].
        const NEAR: f64 = 36.0;
        let width = text_width(words) + 10.0;
        let crosses = |from: f64| (from..from + width).contains(&limit);
        let (after, before) = (high + width < canvas.width(), low - width > self.left);
        if before && (!after || crosses(high) && !crosses(low - width)) {
            (low - 9.0, Anchor::End)
        } else if crosses(high) && limit - high < NEAR && limit + width < canvas.width() {
            (limit + 6.0, Anchor::Start)
        } else {
            (high + 9.0, Anchor::Start)
        }
    }
}

/// Between which times a budget counts as met \[ms\].
pub(super) fn tolerance(document: &Document) -> (f64, f64) {
    let budget = &document.budget;
    ((budget.target_ms - budget.tolerance_ms).max(0.0), budget.target_ms + budget.tolerance_ms)
}

/// The next larger of 1, 2 and 5 times a power of ten.
pub(super) fn round_step(least: f64) -> f64 {
    let power = 10.0_f64.powf(least.max(1e-6).log10().floor());
    // A hair more, so that a step stays itself.
    let least = least * (1.0 - 1e-9);
    [1.0, 2.0, 5.0].into_iter().map(|factor| factor * power).find(|step| *step >= least).unwrap_or(10.0 * power)
}

/// How many ticks an axis from left to right has room for.
pub(super) fn ticks_across(narrow: bool) -> f64 {
    if narrow { 4.0 } else { 7.0 }
}

/// A time with its unit: seconds where the axis is longer than one.
pub(super) fn time_label(ms: f64, span: f64) -> String {
    if span > 1_000.0 { format!("{} s", wording::number(ms / 1_000.0)) } else { wording::ms(ms) }
}

/// The words beside the line of the budget.
pub(super) fn budget_label(document: &Document, span: f64) -> String {
    format!("budget {}", time_label(document.budget.target_ms, span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_hold_their_ends_and_their_ticks_are_round() {
        let scale = Scale::linear(1_600.0, 4.0);
        assert_eq!(scale.ticks, [0.0, 500.0, 1_000.0, 1_500.0, 2_000.0]);
        assert!((scale.share(1_000.0) - 0.5).abs() < 1e-9);
        let scale = Scale::logarithmic(30.0, 1_600.0);
        assert_eq!(
            scale.ticks.iter().map(|tick| tick.round()).collect::<Vec<_>>(),
            [20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3]
        );
        assert!((scale.share(200.0) - 0.5).abs() < 1e-9);
        assert!(scale.share(0.0).abs() < 1e-9 && (scale.share(1e9) - 1.0).abs() < 1e-9);
        // Nothing happened: there still is an axis.
        assert!(Scale::linear(0.0, 4.0).share(0.0).abs() < 1e-9);
    }

    #[test]
    fn an_axis_has_few_ticks_whatever_it_holds() {
        let hostile =
            [f64::NAN, f64::NEG_INFINITY, -1.0, 0.0, 5e-324, 1e-9, 1.0, 1e9, 1e15, 1e300, 1e308, f64::INFINITY];
        for least in hostile {
            for most in hostile {
                let scales = [Scale::linear(most, 4.0), Scale::logarithmic(least, most)];
                let of_times = [Scale::of_times([least, most].into_iter(), 100.0, 7.0)];
                for scale in scales.into_iter().chain(of_times) {
                    let ticks = &scale.ticks;
                    assert!((2..=64).contains(&ticks.len()), "{least} to {most}: {} ticks", ticks.len());
                    assert!(ticks.iter().all(|tick| tick.is_finite()), "{least} to {most}: {ticks:?}");
                    assert!(hostile.iter().all(|value| (0.0..=1.0).contains(&scale.share(*value))));
                }
            }
        }
    }
}
