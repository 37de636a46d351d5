//! Where exemplars are kept: a place for each word of a series that may have one, made when a chunk of words gets its first.

use std::{
    sync::{Mutex, OnceLock, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::labels::Exemplar;
use crate::cell::arena::{CHUNKS, Slot};

/// An exemplar as it was recorded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Recorded {
    pub(crate) exemplar: Exemplar,
    pub(crate) value: f64,
    /// Since 1970.
    pub(crate) at: Duration,
}

type Place = Mutex<Option<Box<Recorded>>>;

/// As the words of a table are, chunk by chunk.
static PLACES: [OnceLock<Box<[Place]>>; CHUNKS] = [const { OnceLock::new() }; CHUNKS];

/// Keeps an exemplar of the series or the bucket that counts in this word, in the place of an older one.
pub(crate) fn keep(word: Slot, exemplar: Exemplar, value: f64) {
    let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let recorded = Recorded { exemplar, value, at };
    let chunk = PLACES[word.chunk()].get_or_init(|| (0..word.chunk_words()).map(|_| Place::default()).collect());
    let mut place = chunk[word.offset()].lock().unwrap_or_else(PoisonError::into_inner);
    match &mut *place {
        Some(older) if older.at <= at => **older = recorded,
        Some(_) => {}
        None => *place = Some(Box::new(recorded)),
    }
}

/// Whether a word near this one may have an exemplar: the words of a run stand in one chunk.
pub(crate) fn is_used(word: Slot) -> bool {
    PLACES[word.chunk()].get().is_some()
}

/// The newest exemplar of what counts in this word.
pub(crate) fn newest(word: Slot) -> Option<Recorded> {
    let place = &PLACES[word.chunk()].get()?[word.offset()];
    place.lock().unwrap_or_else(PoisonError::into_inner).as_deref().cloned()
}

/// Forgets the exemplars of a run of words, whose series were removed.
pub(crate) fn forget(first: Slot, words: usize) {
    if let Some(places) = PLACES[first.chunk()].get() {
        for place in &places[first.offset()..first.offset() + words] {
            place.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::cell::ARENA;

    fn exemplar(number: &str) -> Exemplar {
        Exemplar::new([("n", number)]).expect("a name and a number")
    }

    #[test]
    fn the_newest_of_each_word_is_kept_until_it_is_forgotten() {
        let words = ARENA.reserve(2);
        assert_eq!(newest(words), None);
        for number in ["1", "2", "3"] {
            keep(words, exemplar(number), 0.5);
        }
        keep(words.offset_by(1), exemplar("4"), 1.5);
        let kept = |word| newest(word).map(|kept| (kept.exemplar, kept.value));
        assert_eq!(kept(words), Some((exemplar("3"), 0.5)));
        assert_eq!(kept(words.offset_by(1)), Some((exemplar("4"), 1.5)));
        forget(words, 2);
        assert!(is_used(words) && kept(words).is_none() && kept(words.offset_by(1)).is_none());
    }

    #[test]
    fn threads_that_record_at_once_leave_a_whole_one() {
        let word = ARENA.reserve(1);
        thread::scope(|scope| {
            for thread in 0..4 {
                scope.spawn(move || {
                    for _ in 0..1_000 {
                        keep(word, exemplar(&thread.to_string()), f64::from(thread));
                    }
                });
            }
        });
        let kept = newest(word).expect("one is kept");
        assert_eq!(kept.exemplar, exemplar(&kept.value.to_string()));
    }
}
