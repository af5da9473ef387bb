//! Charts as SVG text, and the tables beneath them.
//!
//! Charts are drawn with the colours of the light theme as attributes, so that a downloaded chart looks right
//! by itself. Every element also gets a class that names its role, by which a page gives it the colours of the
//! theme in use: `ink`, `ink-2`, `grid`, `paper`, `budget`, `band`, and one for each topology: `seq`, `par`,
//! `stg`, `leg`, `cus`. No `style` attribute is written, because a strict content policy would block it.

mod arrangement;
mod distribution;
mod experiment;
mod lanes;
mod role;
mod sensitivity;
mod svg;
mod table;
mod tail;

pub use arrangement::{Arrangement, arrangements};
pub use distribution::latency_distribution;
pub use experiment::experiment_table;
pub use lanes::lanes;
pub use sensitivity::sensitivity_table;
pub(crate) use svg::escape;
pub use table::{Column, Row, Table, lane_table, latency_table, outcome_table, pool_table};
pub use tail::tail_table;

/// The size of a chart in CSS pixels: that at which it is shown, so that its letters have their own size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Width \[px\].
    pub width: u32,
    /// Height \[px\].
    pub height: u32,
}
