//! A method under our attribute compiles as it does without.
#![deny(warnings)]

use std::{error::Error, fmt, future::Future, pin::Pin};

use cryptofunk_metrics::{
    Label, agent,
    agent::{AgentSignal, LlmUsage, TimedOut},
    metrics,
};

#[derive(Label, Clone, Copy)]
enum Call {
    Up,
    Down,
}

#[metrics(namespace = "bodies", convention = ["agent", "llm"])]
#[convention(signal = Call)]
mod families {}

trait Signal: Send {
    fn strength(&self) -> f64;
}

struct Strong(f64);

impl Signal for Strong {
    fn strength(&self) -> f64 {
        self.0
    }
}

impl AgentSignal for Box<dyn Signal> {
    type Kind = Call;
    fn kind(&self) -> Call {
        if self.strength() > 0.0 { Call::Up } else { Call::Down }
    }
    fn confidence(&self) -> f64 {
        self.strength()
    }
}

struct Answer<'a>(&'a str);

impl LlmUsage for Answer<'_> {
    fn prompt_tokens(&self) -> u64 {
        self.0.len() as u64
    }
    fn completion_tokens(&self) -> u64 {
        0
    }
}

#[derive(Debug)]
struct Bad;

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bad")
    }
}

impl Error for Bad {}

type Failure = Box<dyn Error + Send + Sync>;

struct Adviser {
    prompt: String,
}

/// Advises.
#[agent(name = "adviser", port = 9301, families = families)]
impl Adviser {
    /// Coerces the value and the error, with `?`, an early return and a tail.
    #[analysis]
    async fn advise(&self, x: f64) -> Result<Box<dyn Signal>, Failure> {
        if x < 0.0 {
            return Err(Box::new(Bad));
        }
        let _: u8 = "7".parse()?;
        Ok(Box::new(Strong(x)))
    }

    /// Ends with a macro that never returns.
    #[analysis(timeout = "1s")]
    async fn never(&self) -> Result<Box<dyn Signal>, LateOr> {
        loop {
            if self.prompt.is_empty() {
                break Err(LateOr);
            }
            panic!("never")
        }
    }

    /// Borrows from itself and from what it is given, through patterns.
    #[llm_call(provider = "local", model = self.prompt)]
    async fn ask<'a, T: AsRef<str> + Sync + ?Sized>(&'a self, (question, mut times): (&'a T, u32)) -> Result<Answer<'a>, Failure>
    where
        T: 'a,
    {
        times += 1;
        let question = async { question.as_ref() }.await;
        if times > 3 { Err("too often")? }
        Ok(Answer(question))
    }

    /// Boxes a future of its own.
    #[llm_call(provider = "local")]
    async fn boxed(&self, text: String) -> Result<Owned, Failure> {
        let work: Pin<Box<dyn Future<Output = Result<Owned, Bad>> + Send + '_>> = Box::pin(async move {
            if text.is_empty() { return Err(Bad) }
            Ok(Owned)
        });
        Ok(work.await?)
    }

    /// Returns what only the compiler can name.
    #[llm_call(provider = "local")]
    async fn hidden(&self) -> Result<impl LlmUsage + use<>, Failure> {
        if self.prompt.len() > 100 {
            return Err(Box::new(Bad));
        }
        Ok(Owned)
    }
}

struct Owned;

impl LlmUsage for Owned {
    fn prompt_tokens(&self) -> u64 {
        0
    }
    fn completion_tokens(&self) -> u64 {
        0
    }
}

struct LateOr;

impl From<TimedOut> for LateOr {
    fn from(_: TimedOut) -> Self {
        LateOr
    }
}

pub fn main() {
    let adviser = Adviser { prompt: String::new() };
    let question = "why".to_owned();
    drop((adviser.advise(1.0), adviser.never(), adviser.ask((question.as_str(), 1)), adviser.boxed(question.clone()), adviser.hidden()));
}
