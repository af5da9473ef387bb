//! The roles of what is drawn: one exact colour for each, by which its elements are found again.

use model::TopologyKind;
use plotters::style::RGBColor;

/// What an element of a chart is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Ink,
    SecondaryInk,
    Grid,
    Paper,
    Budget,
    Band,
    /// Errors, and nothing else.
    Bad,
    /// An order that may change.
    Loose,
    Topology(TopologyKind),
}

impl Role {
    /// All roles.
    pub(super) const ALL: [Role; 14] = [
        Role::Ink,
        Role::SecondaryInk,
        Role::Grid,
        Role::Paper,
        Role::Budget,
        Role::Band,
        Role::Bad,
        Role::Loose,
        Role::Topology(TopologyKind::Sequential),
        Role::Topology(TopologyKind::SequentialDetached),
        Role::Topology(TopologyKind::Parallel),
        Role::Topology(TopologyKind::Staged),
        Role::Topology(TopologyKind::FirstLeg),
        Role::Topology(TopologyKind::Custom),
    ];

    /// The class of its elements.
    pub(super) fn class(self) -> &'static str {
        match self {
            Role::Ink => "ink",
            Role::SecondaryInk => "ink-2",
            Role::Grid => "grid",
            Role::Paper => "paper",
            Role::Budget => "budget",
            Role::Band => "band",
            Role::Bad => "bad",
            Role::Loose => "loose",
            Role::Topology(TopologyKind::Sequential) => "seq",
            Role::Topology(TopologyKind::SequentialDetached) => "det",
            Role::Topology(TopologyKind::Parallel) => "par",
            Role::Topology(TopologyKind::Staged) => "stg",
            Role::Topology(TopologyKind::FirstLeg) => "leg",
            Role::Topology(TopologyKind::Custom) => "cus",
        }
    }

    /// Its colour in the light theme; no two roles share one.
    pub(super) fn rgb(self) -> (u8, u8, u8) {
        match self {
            Role::Ink => (0x17, 0x1a, 0x21),
            Role::SecondaryInk => (0x52, 0x59, 0x68),
            Role::Grid => (0xde, 0xda, 0xd1),
            Role::Paper => (0xff, 0xff, 0xff),
            Role::Budget => (0x7a, 0x4d, 0x00),
            Role::Band => (0xf0, 0xe9, 0xdc),
            Role::Bad => (0xa3, 0x21, 0x1a),
            Role::Loose => (0x5a, 0x61, 0x70),
            Role::Topology(TopologyKind::Sequential) => (0x00, 0x62, 0xa3),
            Role::Topology(TopologyKind::SequentialDetached) => (0x46, 0x50, 0x5f),
            Role::Topology(TopologyKind::Parallel) => (0xb3, 0x47, 0x00),
            Role::Topology(TopologyKind::Staged) => (0x00, 0x72, 0x4f),
            Role::Topology(TopologyKind::FirstLeg) => (0x97, 0x39, 0x7a),
            Role::Topology(TopologyKind::Custom) => (0x5b, 0x5f, 0x00),
        }
    }

    /// The dashes of a topology's line, or of an order that may change; empty for a solid one.
    pub(super) fn dash(self) -> &'static str {
        match self {
            Role::Loose => "5 4",
            Role::Topology(TopologyKind::SequentialDetached) => "12 3 2 3 2 3",
            Role::Topology(TopologyKind::Parallel) => "8 5",
            Role::Topology(TopologyKind::Staged) => "9 3 2 3",
            Role::Topology(TopologyKind::FirstLeg) => "2 4",
            Role::Topology(TopologyKind::Custom) => "3 3",
            _ => "",
        }
    }

    /// Its colour as plotters writes it.
    pub(super) fn hex(self) -> String {
        let (r, g, b) = self.rgb();
        format!("#{r:02X}{g:02X}{b:02X}")
    }

    pub(super) fn color(self) -> RGBColor {
        let (r, g, b) = self.rgb();
        RGBColor(r, g, b)
    }

    /// The role that is drawn in a colour, as plotters writes it.
    pub(super) fn of_color(color: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| color == role.hex())
    }
}

/// The class that gives a topology its colour and dash everywhere.
pub fn topology_class(kind: TopologyKind) -> &'static str {
    Role::Topology(kind).class()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_found_by_its_colour() {
        for role in Role::ALL {
            assert_eq!(Role::of_color(&role.hex()), Some(role));
        }
        assert_eq!(Role::of_color("#123456"), None);
    }
}
