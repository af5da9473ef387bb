//! Names that people write in two places: of data, of services.

/// Whether two names mean the same thing: compared without case and outer space.
pub fn same_name(one: &str, other: &str) -> bool {
    one == other || folded(one) == folded(other)
}

/// A name as it is compared: trimmed, in lower case.
pub fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_outer_space_make_no_other_name() {
        assert!(same_name("Cart", " cart "));
        assert!(same_name("ÄRGER", "ärger"));
        assert!(!same_name("cart", "carts"));
        assert!(!same_name("shopping cart", "shoppingcart"));
    }
}
