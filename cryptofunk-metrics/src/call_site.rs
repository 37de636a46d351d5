//! What the functions under `#[measured]` call.

use std::{sync::OnceLock, thread};

use crate::{
    cell::{Counter, Histogram, IntGauge, IntGaugeGuard},
    clock,
    conventions::{
        Families,
        function::{Function, FunctionFamilies, Module},
        mcp::Status,
    },
    exemplar::Sampled,
};

/// A measured function.
#[derive(Debug)]
pub struct Site {
    families: FunctionFamilies,
    function: Function,
    module: Module,
    series: OnceLock<Series>,
}

#[derive(Debug)]
struct Series {
    success: Option<Counter>,
    error: Option<Counter>,
    cancelled: Option<Counter>,
    duration: Option<Histogram>,
    in_flight: Option<IntGauge>,
}

impl Site {
    /// A function of this name in this module.
    #[track_caller]
    pub const fn new(families: Families, function: &'static str, module: &'static str) -> Self {
        if !families.has_function() {
            panic!(
                "`#[measured]` records into families of the convention `function`, and this module has none; declare it as in \
                 `#[metrics(namespace = \"shop\", convention = \"function\")]`"
            );
        }
        Site {
            families: families.function,
            function: Function(function),
            module: Module(module),
            series: OnceLock::new(),
        }
    }

    /// Starts a call whose return is a success.
    #[inline]
    pub fn plain(&'static self) -> Call {
        self.start(Status::Success)
    }

    /// Starts a call that says how it ended.
    #[inline]
    pub fn fallible(&'static self) -> Call {
        self.start(Status::Error)
    }

    /// Starts a call that may be dropped before it ends.
    #[inline]
    pub fn future(&'static self) -> Call {
        self.start(Status::Cancelled)
    }

    fn start(&'static self, outcome: Status) -> Call {
        let series = self.series.get_or_init(|| Series::new(&self.families, self.function, self.module));
        let in_flight = series.in_flight.map(IntGauge::inc_guard);
        Call { series, outcome, was_panicking: thread::panicking(), _in_flight: in_flight, start: clock::now() }
    }
}

impl Series {
    fn new(families: &FunctionFamilies, function: Function, module: Module) -> Self {
        let calls = |status| families.function_calls_total.map(|family| family(function, module, status));
        Series {
            success: calls(Status::Success),
            error: calls(Status::Error),
            cancelled: calls(Status::Cancelled),
            duration: families.function_duration_seconds.map(|family| family(function, module)),
            in_flight: families.function_calls_in_flight.map(|family| family(function, module)),
        }
    }
}

/// A call that runs. It is recorded when this is dropped.
#[derive(Debug)]
pub struct Call {
    series: &'static Series,
    /// How it ends if nobody says otherwise.
    outcome: Status,
    /// Whether the thread panicked before: then a panic says nothing about this call.
    was_panicking: bool,
    _in_flight: Option<IntGaugeGuard>,
    start: u64,
}

impl Call {
    /// The call has returned.
    #[inline]
    pub fn finish(mut self, failed: bool) {
        self.outcome = if failed { Status::Error } else { Status::Success };
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let Series { success, error, cancelled, duration, .. } = self.series;
        let span = Sampled::current();
        if let Some(duration) = duration {
            span.observe_ticks(*duration, clock::now().saturating_sub(self.start));
        }
        let panicked = !self.was_panicking && thread::panicking();
        let calls = match self.outcome {
            _ if panicked => error,
            Status::Success => success,
            Status::Error => error,
            Status::Cancelled => cancelled,
        };
        if let Some(calls) = calls {
            span.inc(*calls);
        }
    }
}

/// Runs a body once, so that it may give away what it borrows.
#[inline(always)]
pub fn once<T>(body: impl FnOnce() -> T) -> T {
    body()
}

/// Makes a future whose output has this type.
#[inline(always)]
pub fn future<F: Future<Output = T>, T>(body: impl FnOnce() -> F) -> F {
    body()
}

/// What a function returned. Its type, not its name, says whether it is a `Result`.
#[derive(Debug)]
pub struct Outcome<'a, T>(pub &'a T);

impl<T, E> Outcome<'_, Result<T, E>> {
    /// Whether it is an error.
    #[inline(always)]
    pub fn __measured_failed(&self) -> bool {
        self.0.is_err()
    }
}

/// What is no `Result` has not failed; a method of the type itself comes before this one.
pub trait NoResult {
    /// Whether it is an error.
    #[inline(always)]
    fn __measured_failed(&self) -> bool {
        false
    }
}

impl<T> NoResult for Outcome<'_, T> {}
