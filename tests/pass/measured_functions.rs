#![deny(warnings)]

use std::{
    collections::HashMap,
    error::Error,
    fmt::{self, Debug, Display},
    future::Future,
    io,
    pin::Pin,
};

use cryptofunk_metrics::{measured, metrics};

#[metrics(namespace = "shop", convention = "function")]
pub mod families {}

type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Debug)]
struct Broken;
impl Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken")
    }
}
impl Error for Broken {}

fn broken() -> Result<u8, Broken> {
    Err(Broken)
}

#[measured(families)]
fn nothing() {}

#[measured(families)]
fn coerced(fail: bool) -> Result<u8, Box<dyn Error>> {
    if fail {
        return Err("failed".into());
    }
    let value = broken()?;
    match value {
        0 => Err(Box::new(Broken)),
        value => Ok(value),
    }
}

#[measured(families)]
fn coerced_value(deep: bool) -> Result<Box<dyn Debug>, Broken> {
    if deep { Ok(Box::new("text")) } else { Ok(Box::new(3)) }
}

#[measured(families)]
fn boxed() -> Box<dyn Fn(u8) -> u8> {
    Box::new(|x| x + 1)
}

#[measured(families, name = "through an alias")]
fn aliased() -> Fallible<()> {
    broken()?;
    Ok(())
}

#[measured(families)]
fn iterates<'a>(texts: &'a [String], start: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let len = start.len();
    texts.iter().map(move |text| &text[len..])
}

#[measured(families)]
fn fallible_iterator(n: u8) -> Result<impl Iterator<Item = u8>, Box<dyn Error>> {
    let n = n.checked_add(broken().unwrap_or(1)).ok_or("too many")?;
    Ok(0..n)
}

#[measured(families)]
fn parses<T: std::str::FromStr>(text: impl AsRef<str>) -> Option<T>
where
    T::Err: Debug,
{
    let text = text.as_ref();
    if text.is_empty() {
        return None;
    }
    text.parse().ok()
}

#[measured(families)]
fn generic<T, const N: usize>(values: [T; N]) -> T
where
    T: Copy + Default,
{
    values.first().copied().unwrap_or_default()
}

#[measured(families)]
fn patterns((a, b): (u8, u8), [first, ..]: [u8; 3], Point { x, .. }: Point, _: String, mut sum: u32) -> u32 {
    sum += u32::from(a) + u32::from(b) + u32::from(first) + u32::from(x);
    sum
}

struct Point {
    x: u8,
    #[allow(dead_code)]
    y: u8,
}

#[measured(families)]
fn never() -> ! {
    panic!("never")
}

#[measured(families)]
async fn never_async() -> ! {
    std::future::pending::<()>().await;
    panic!("never")
}

#[measured(families)]
fn diverges() -> Result<u8, Broken> {
    panic!("always")
}

#[measured(families)]
#[inline]
#[must_use]
#[cfg(not(target_os = "none"))]
pub(crate) fn attributed() -> u8 {
    //! With an inner attribute.
    #![allow(unused_variables)]
    let unused = 1;
    2
}

#[measured(families)]
extern "C" fn foreign(x: i32) -> i32 {
    x
}

#[derive(Default)]
struct Store {
    values: HashMap<String, String>,
    last: Option<String>,
}

impl Store {
    const NAME: &'static str = "Store::last";

    #[measured(families, name = Store::NAME)]
    fn last(&mut self) -> &mut Option<String> {
        &mut self.last
    }

    #[measured(families)]
    fn find(&mut self, key: &str) -> Result<&mut String, io::Error> {
        self.values.get_mut(key).ok_or_else(|| io::Error::other("no such key"))
    }

    #[measured(families)]
    fn either<'a>(&'a self, other: &'a str, mine: bool) -> Result<&'a str, Broken> {
        if mine { self.last.as_deref().ok_or(Broken) } else { Ok(other) }
    }

    #[measured(families)]
    fn consumed(self, suffix: String) -> Result<String, Broken> {
        let mut last = self.last.ok_or(Broken)?;
        last.push_str(&suffix);
        Ok(last)
    }

    #[measured(families)]
    fn pinned(self: Pin<&mut Self>) -> Result<usize, Broken> {
        Ok(self.values.len())
    }

    #[measured(families)]
    async fn fetch(&mut self, key: &str) -> Result<&mut String, Box<dyn Error>> {
        if key.is_empty() {
            return Err("no key".into());
        }
        std::future::ready(()).await;
        let value = self.values.get_mut(key).ok_or(Broken)?;
        Ok(value)
    }

    #[measured(families)]
    async fn count(&self) -> usize {
        self.values.len()
    }

    #[measured(families)]
    fn later(&self, n: u8) -> impl Future<Output = Result<u8, Box<dyn Error + Send + Sync>>> + Send + use<'_> {
        let count = self.values.len();
        async move {
            if count > usize::from(n) {
                return Err("too many".into());
            }
            let n = n.checked_add(1).ok_or(Broken)?;
            Ok(n)
        }
    }

    #[measured(families)]
    fn boxed_later<'a>(&'a self, n: &'a u8) -> Pin<Box<dyn Future<Output = Result<u8, Box<dyn Error>>> + 'a>> {
        Box::pin(async move {
            let n = n.checked_sub(1).ok_or("none left")?;
            Ok(n)
        })
    }
}

trait Shelf {
    type Item;
    fn take(&mut self) -> Result<Self::Item, Broken>;
    #[measured(families)]
    fn is_empty(&mut self) -> bool {
        self.take().is_err()
    }
}

impl Shelf for Store {
    type Item = String;
    #[measured(families)]
    fn take(&mut self) -> Result<Self::Item, Broken> {
        self.last.take().ok_or(Broken)
    }
}

macro_rules! measured_twice {
    ($families:path, $name:ident, $ty:ty, $value:expr) => {
        #[measured($families)]
        fn $name() -> $ty {
            let __call = 1;
            let __value = $value;
            let _ = __call;
            __value
        }
    };
}
measured_twice!(families, of_a_macro, Result<u8, Broken>, broken());
measured_twice!(super::measured_functions::families, of_another_macro, u8, 3);

/// Every type has this method.
trait Everything {
    fn finish(&self) -> bool {
        true
    }
    fn is_err(&self) -> bool {
        true
    }
    fn plain(self) -> u8
    where
        Self: Sized,
    {
        1
    }
}
impl<T: ?Sized> Everything for T {}

#[allow(dead_code)]
fn use_them() {
    nothing();
    let _ = (coerced(true), coerced_value(true), boxed()(1), aliased(), parses::<u8>("1"), generic([1, 2]));
    let _ = (iterates(&[], "").count(), fallible_iterator(1).map(Iterator::count), diverges(), attributed(), foreign(1));
    let _ = patterns((1, 2), [1, 2, 3], Point { x: 1, y: 2 }, String::new(), 1);
    let mut store = Store::default();
    let _ = store.last();
    let _ = (store.is_empty(), 1.finish(), 1.is_err(), 1.plain());
    let _ = store.find("a").map(|value| value.push('b'));
    let _ = store.either("a", true);
    let _ = (Pin::new(&mut store).pinned(), of_a_macro(), of_another_macro());
    drop(store.count());
    drop(store.later(1));
    drop(store.boxed_later(&1));
    drop(store.fetch("a"));
    drop(never_async());
    let _ = store.consumed(String::new());
    never()
}

pub fn main() {}
