//! The static behind each function of a `#[metrics]` module.

use std::{marker::PhantomData, sync::OnceLock};

use cryptofunk_metrics_catalog::{
    descriptor::{LabelValues, MetricDescriptor},
    message::Message,
};

use crate::{
    cell::{Counter, FloatCounter, Gauge, Histogram, IntGauge, OptionalGauge},
    computed::ComputedGauge,
    label::Part,
    registry,
    storage::{Core, Run, Storage},
};

/// A declared family; the static behind each function of a `#[metrics]` module.
#[derive(Debug)]
pub struct Family<M> {
    descriptor: &'static MetricDescriptor,
    core: OnceLock<&'static Core>,
    /// What counts values of open labels that found no place, if the family has any.
    overflow: Option<&'static Family<Counter>>,
    series: PhantomData<fn() -> M>,
}

impl<M: Series> Family<M> {
    /// A family that is not exposed until it is registered or used.
    pub const fn new(descriptor: &'static MetricDescriptor, overflow: &'static Family<Counter>) -> Self {
        Family { descriptor, core: OnceLock::new(), overflow: Some(overflow), series: PhantomData }
    }

    /// Exposes the family, with every series whose labels are all closed.
    pub fn register(&'static self) {
        self.core();
    }

    fn core(&self) -> &'static Core {
        self.core.get_or_init(|| {
            let open = self.descriptor.labels.iter().filter(|label| matches!(label.values, LabelValues::Open { .. }));
            let overflow = open.filter_map(|label| {
                Some(self.overflow?.with(&[Part::Text(self.descriptor.name), Part::Text(label.name)]))
            });
            // Registered first: the registry is locked while it adds a family.
            let overflow = overflow.collect();
            registry::add(self.descriptor, M::STORAGE, overflow)
        })
    }

    /// Removes the series with these label values; says whether there was one.
    pub fn remove(&'static self, labels: &[Part<'_>]) -> bool {
        self.core().remove(labels)
    }

    /// The series with these label values, in the order of the declaration. The first use makes it.
    #[inline]
    pub fn with(&'static self, labels: &[Part<'_>]) -> M {
        let core = self.core();
        let run = match core.only {
            Some(run) => run,
            None => core.run(labels),
        };
        M::at(core, run, core.index(labels))
    }
}

impl Family<Counter> {
    /// The family that counts the values of a module's open labels that found no place.
    pub const fn overflow(descriptor: &'static MetricDescriptor) -> Self {
        Family { descriptor, core: OnceLock::new(), overflow: None, series: PhantomData }
    }
}

/// Refuses `#[metric(removable)]` where series exist from the start.
#[track_caller]
pub const fn check_removable(family: &MetricDescriptor) {
    let mut labels = family.labels;
    while let [label, rest @ ..] = labels {
        if matches!(label.values, LabelValues::Closed(_)) {
            Message::new()
                .push("`")
                .push(family.name)
                .push("` cannot be removable: the series of its closed label `")
                .push(label.name)
                .push("` exist from the start, all together; make it an enum with `#[label(on_demand)]`, or remove `removable`")
                .panic();
        }
        labels = rest;
    }
}

/// A kind of series that a family can hold.
pub trait Series: Copy + private::Sealed {
    #[doc(hidden)]
    const STORAGE: Storage;
    #[doc(hidden)]
    fn at(core: &'static Core, run: &'static Run, index: usize) -> Self;
}

pub(crate) mod private {
    /// The kinds of series, and no type of anybody else.
    pub trait Sealed {}
    impl Sealed for crate::cell::Counter {}
    impl Sealed for crate::cell::FloatCounter {}
    impl Sealed for crate::cell::Gauge {}
    impl Sealed for crate::cell::IntGauge {}
    impl Sealed for crate::cell::OptionalGauge {}
    impl Sealed for crate::computed::ComputedGauge {}
    impl Sealed for crate::cell::Histogram {}
}

impl Series for Counter {
    const STORAGE: Storage = Storage::Counter;
    #[inline]
    fn at(_: &'static Core, run: &'static Run, index: usize) -> Self {
        Counter::at(run.values.slot().offset_by(index))
    }
}

impl Series for FloatCounter {
    const STORAGE: Storage = Storage::FloatCounter;
    #[inline]
    fn at(_: &'static Core, run: &'static Run, index: usize) -> Self {
        FloatCounter::at(run.values.slot().offset_by(index))
    }
}

impl Series for Histogram {
    const STORAGE: Storage = Storage::Histogram;
    #[inline]
    fn at(core: &'static Core, run: &'static Run, index: usize) -> Self {
        match run.values.native(index) {
            None => Histogram::at(run.values.slot().offset_by(index * core.bounds.words()), &core.bounds),
            Some(bounds) => Histogram::native(bounds),
        }
    }
}

impl Series for Gauge {
    const STORAGE: Storage = Storage::Float;
    fn at(_: &'static Core, run: &'static Run, index: usize) -> Self {
        Gauge { word: &run.values.shared()[index] }
    }
}

impl Series for IntGauge {
    const STORAGE: Storage = Storage::Int;
    fn at(_: &'static Core, run: &'static Run, index: usize) -> Self {
        IntGauge::at(&run.values.shared()[index], run.values.slot().offset_by(index * IntGauge::WORDS))
    }
}

impl Series for OptionalGauge {
    const STORAGE: Storage = Storage::Optional;
    fn at(_: &'static Core, run: &'static Run, index: usize) -> Self {
        OptionalGauge { word: &run.values.shared()[index] }
    }
}

impl Series for ComputedGauge {
    const STORAGE: Storage = Storage::Computed;
    fn at(_: &'static Core, run: &'static Run, index: usize) -> Self {
        ComputedGauge { word: &run.values.shared()[index] }
    }
}
