//! Places that are used again, so that a run of any length needs memory only for what is going on at once.

/// A growing row of places. A place that was given back is handed out again under a new generation, so
/// that an event which still speaks of its last holder can be told to be stale.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    places: Vec<(u32, T)>,
    free: Vec<u32>,
}

impl<T> Slab<T> {
    pub(crate) fn new() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }

    pub(crate) fn insert(&mut self, value: T) -> u32 {
        match self.free.pop() {
            Some(place) => {
                self.places[place as usize].1 = value;
                place
            }
            None => {
                self.places.push((0, value));
                (self.places.len() - 1) as u32
            }
        }
    }

    pub(crate) fn remove(&mut self, place: u32) {
        self.places[place as usize].0 += 1;
        self.free.push(place);
    }

    /// How often this place has been given back.
    pub(crate) fn generation(&self, place: u32) -> u32 {
        self.places[place as usize].0
    }

    /// How many places are in use.
    pub(crate) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }
}

impl<T> std::ops::Index<u32> for Slab<T> {
    type Output = T;

    fn index(&self, place: u32) -> &T {
        &self.places[place as usize].1
    }
}

impl<T> std::ops::IndexMut<u32> for Slab<T> {
    fn index_mut(&mut self, place: u32) -> &mut T {
        &mut self.places[place as usize].1
    }
}
