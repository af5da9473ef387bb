//! Charts as SVG text, and the tables beneath them.
//!
//! Charts are drawn with the colours of the light theme as attributes, so that a downloaded chart looks right
//! by itself. Every element also gets a class that names its role, by which a page gives it the colours of the
//! theme in use: `ink`, `ink-2`, `grid`, `paper`, `budget`, `band`, `bad`, `loose`, and one for each topology: `seq`, `par`,
//! `stg`, `leg`, `cus`. No `style` attribute is written, because a strict content policy would block it.
//!
//! What belongs to one arrangement of the steps stands in groups of the class `series`, with one class for each of its
//! topologies: `of-seq` and so on. A page hides those of topologies that somebody does not want to see.
//!
//! What carries a figure also carries a mark of the class `point`, with the figure as its title; those that can have
//! the focus hold a `value`, which the page shows while they have it.

mod amplification;
mod arrangement;
mod axis;
mod conditions;
mod data;
mod dependencies;
mod distribution;
mod experiment;
mod file;
mod lanes;
mod load;
mod mark;
mod outcomes;
mod percentiles;
mod pools;
mod role;
mod sensitivity;
mod svg;
mod table;
mod tail;
#[cfg(test)]
mod tests;
mod time_line;
mod tornado;
mod trade_off;
mod what_if;

pub use amplification::{amplification, amplification_limit, amplification_table};
pub use arrangement::{Arrangement, arrangements};
pub(crate) use arrangement::{names, title};
pub use conditions::conditions_table;
pub use dependencies::{dependency_diagram, dependency_table};
pub use distribution::{latency_distribution, latency_distribution_on};
pub use experiment::experiment_table;
pub use file::STYLE as FILE_STYLE;
pub(crate) use file::{head, in_a_file};
pub use lanes::lanes;
pub use load::load_sweep;
pub use outcomes::outcomes;
pub use percentiles::{percentile_table, percentiles};
pub use pools::pool_waits;
pub use role::topology_class;
pub use sensitivity::sensitivity_table;
pub(crate) use svg::{escape, series_class};
pub(crate) use table::orphans;
pub use table::{Column, Row, Table, lane_table, latency_table, outcome_table, pool_table};
pub use tail::tail_table;
pub use time_line::{time_line, time_line_table};
pub use tornado::{tornado, tornado_table};
pub use trade_off::{trade_off, trade_off_table};
pub(crate) use what_if::{Pair, budget_percentile, pairs, what_if_overview};
pub use what_if::{what_if, what_if_table};

/// Below this width there is little room for names and numbers \[px\].
const NARROW: u32 = 500;

/// The size of a chart in CSS pixels: that at which it is shown, so that its letters have their own size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Width \[px\].
    pub width: u32,
    /// Height \[px\].
    pub height: u32,
}

impl Size {
    fn narrow(self) -> bool {
        self.width < NARROW
    }
}

/// How an axis of time is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeAxis {
    /// The same length for as many milliseconds more, from 0 on.
    Linear,
    /// The same length for as many times longer: the fast and the slow are both seen.
    Logarithmic,
}
