//! `modules.itertools`, lazy where Python's is, so that endless iterators are no danger until they are read.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Kind, Result};
use crate::transform::jinja::iterators::{self, Source};
use crate::transform::jinja::methods::invoke;
use crate::transform::jinja::operators::{self, integer_index, iterate};
use crate::transform::jinja::{Args, Interpreter, Object, Value, limits};

pub(super) fn module() -> Value {
    let functions: [(&'static str, fn(&mut Interpreter<'_>, Args) -> Result<Value>); 13] = [
        ("count", count),
        ("cycle", cycle),
        ("repeat", repeat),
        ("accumulate", accumulate),
        ("compress", compress),
        ("islice", islice),
        ("starmap", starmap),
        ("tee", tee),
        ("zip_longest", zip_longest),
        ("product", product),
        ("permutations", permutations),
        ("combinations", combinations),
        ("combinations_with_replacement", combinations_with_replacement),
    ];
    let entries = functions.into_iter().map(|(name, function)| (name, Value::function(name, function)));
    Value::dict(entries.chain([("chain", Value::object(Chain))]))
}

fn count(_: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let ([], [start, step]) = args.bind("count", [], ["start", "step"])?;
    let step = step.unwrap_or(Value::Int(1));
    let mut next = start.unwrap_or(Value::Int(0));
    for number in [&next, &step] {
        if !operators::is_number(number) {
            return Err(Error::new(Kind::Compilation, "`count` takes numbers"));
        }
    }
    Ok(iterators::lazy(
        "itertools.count",
        std::iter::from_fn(move || {
            let sum = operators::add(&next, &step);
            Some(sum.map(|sum| std::mem::replace(&mut next, sum)))
        }),
    ))
}

fn cycle(_: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let ([iterable], []) = args.bind_places::<1, 0>("cycle")?;
    let items = iterate(&iterable)?;
    Ok(iterators::lazy("itertools.cycle", Cycle { items, place: 0 }))
}

struct Cycle {
    items: Vec<Value>,
    place: usize,
}

impl Iterator for Cycle {
    type Item = Result<Value>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.items.get(self.place)?.clone();
        self.place = (self.place + 1) % self.items.len();
        Some(Ok(item))
    }
}

fn repeat(_: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let ([object], [times]) = args.bind("repeat", ["object"], ["times"])?;
    let endless = std::iter::repeat(object).map(Ok);
    Ok(match times.as_ref().map(integer_index).transpose()? {
        Some(times) => iterators::lazy("itertools.repeat", endless.take(usize::try_from(times).unwrap_or(0))),
        None => iterators::lazy("itertools.repeat", endless),
    })
}

fn accumulate(interpreter: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let ([iterable], [function, initial]) = args.bind("accumulate", ["iterable"], ["func", "initial"])?;
    let function = function.filter(|function| !function.is_none());
    let mut total = initial.filter(|initial| !initial.is_none());
    let mut totals: Vec<Value> = total.iter().cloned().collect();
    for item in iterate(&iterable)? {
        let next = match (total, &function) {
            (None, _) => item,
            (Some(total), None) => operators::add(&total, &item)?,
            (Some(total), Some(function)) => invoke(interpreter, function, Args::positional([total, item]))?,
        };
        totals.push(next.clone());
        total = Some(next);
    }
    Ok(iterators::lazy("itertools.accumulate", totals.into_iter().map(Ok)))
}

/// `chain(*iterables)` and `chain.from_iterable(iterables)`.
struct Chain;

impl Object for Chain {
    fn type_name(&self) -> &'static str {
        "type"
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        (name == "from_iterable").then(|| {
            Value::function("from_iterable", |_, args| {
                let ([iterables], []) = args.bind_places::<1, 0>("from_iterable")?;
                let sources = iterators::source(&iterables)?.map(|iterable| iterators::source(&iterable?));
                Ok(iterators::lazy("itertools.chain", chained(sources)))
            })
        })
    }

    fn is_callable(&self) -> bool {
        true
    }

    fn call(&self, _: &mut Interpreter<'_>, args: Args) -> Option<Result<Value>> {
        let chain = |args: Args| {
            let iterables = args.bind_rest("chain")?;
            let sources = iterables.into_iter().map(|iterable| iterators::source(&iterable));
            Ok(iterators::lazy("itertools.chain", chained(sources)))
        };
        Some(chain(args))
    }

    fn display(&self) -> String {
        "<class 'itertools.chain'>".to_owned()
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn chained(
    sources: impl Iterator<Item = Result<Source>> + Send + 'static,
) -> impl Iterator<Item = Result<Value>> + Send {
    sources.flat_map(|source| -> Source {
        match source {
            Ok(source) => source,
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    })
}

fn compress(_: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let ([data, selectors], []) = args.bind("compress", ["data", "selectors"], [])?;
    let pairs = iterators::source(&data)?.zip(iterators::source(&selectors)?);
    Ok(iterators::lazy(
        "itertools.compress",
        pairs.filter_map(|(item, selector)| match selector {
            Ok(selector) => selector.truth().then_some(item),
            Err(error) => Some(Err(error)),
        }),
    ))
}

fn islice(_: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let ([iterable, first], [stop, step]) = args.bind_places::<2, 2>("islice")?;
    let bound = |value: &Value| -> Result<Option<usize>> {
        if value.is_none() {
            return Ok(None);
        }
        let invalid = || Error::new(Kind::Compilation, "the bounds of `islice` must be None or not negative");
        usize::try_from(integer_index(value)?).map(Some).map_err(|_| invalid())
    };
    let (start, stop) = match &stop {
        None => (0, bound(&first)?),
        Some(stop) => (bound(&first)?.unwrap_or(0), bound(stop)?),
    };
    let step = step.as_ref().map(bound).transpose()?.flatten().unwrap_or(1);
    if step == 0 {
        return Err(Error::new(Kind::Compilation, "the step of `islice` must be greater than zero"));
    }
    let source = iterators::source(&iterable)?;
    // Skipping reads as well, so that an endless iterator may be skipped only so far.
    limits::items(start.max(step))?;
    Ok(match stop {
        Some(stop) => iterators::lazy("itertools.islice", source.take(stop).skip(start).step_by(step)),
        None => iterators::lazy("itertools.islice", source.skip(start).step_by(step)),
    })
}

fn starmap(interpreter: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let ([function, iterable], []) = args.bind_places::<2, 0>("starmap")?;
    let results = iterate(&iterable)?
        .iter()
        .map(|arguments| invoke(interpreter, &function, Args::positional(iterate(arguments)?)))
        .collect::<Result<Vec<_>>>()?;
    Ok(iterators::lazy("itertools.starmap", results.into_iter().map(Ok)))
}

fn tee(_: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let ([iterable], [n]) = args.bind_places::<1, 1>("tee")?;
    let n = n.as_ref().map_or(Ok(2), integer_index)?;
    let n =
        usize::try_from(n).map_err(|_| Error::new(Kind::Compilation, "`tee` makes no fewer than zero iterators"))?;
    limits::items(n)?;
    let shared = Arc::new(Mutex::new(Tee { source: iterators::source(&iterable)?, waiting: vec![VecDeque::new(); n] }));
    Ok(Value::tuple((0..n).map(|place| {
        let shared = shared.clone();
        let next = move || shared.lock().unwrap_or_else(PoisonError::into_inner).next(place);
        iterators::lazy("itertools._tee", std::iter::from_fn(next))
    })))
}

/// One source for several iterators, and what each of them has still to give.
struct Tee {
    source: Source,
    waiting: Vec<VecDeque<Value>>,
}

impl Tee {
    fn next(&mut self, place: usize) -> Option<Result<Value>> {
        if let Some(item) = self.waiting[place].pop_front() {
            return Some(Ok(item));
        }
        let item = match self.source.next()? {
            Ok(item) => item,
            Err(error) => return Some(Err(error)),
        };
        for (other, waiting) in self.waiting.iter_mut().enumerate() {
            if other != place {
                waiting.push_back(item.clone());
                if let Err(error) = limits::items(waiting.len()) {
                    return Some(Err(error));
                }
            }
        }
        Some(Ok(item))
    }
}

fn zip_longest(_: &mut Interpreter<'_>, mut args: Args) -> Result<Value> {
    let fill = args.take("fillvalue").unwrap_or(Value::None);
    let mut sources = args
        .bind_rest("zip_longest")?
        .iter()
        .map(|iterable| Ok(Some(iterators::source(iterable)?)))
        .collect::<Result<Vec<_>>>()?;
    Ok(iterators::lazy(
        "itertools.zip_longest",
        std::iter::from_fn(move || {
            let mut members = Vec::with_capacity(sources.len());
            for slot in &mut sources {
                match slot.as_mut().and_then(Iterator::next) {
                    Some(Ok(item)) => members.push(item),
                    Some(Err(error)) => return Some(Err(error)),
                    None => {
                        *slot = None;
                        members.push(fill.clone());
                    }
                }
            }
            sources.iter().any(Option::is_some).then(|| Ok(Value::tuple(members)))
        }),
    ))
}

fn product(_: &mut Interpreter<'_>, mut args: Args) -> Result<Value> {
    let times = args.take("repeat").as_ref().map_or(Ok(1), integer_index)?;
    let times = usize::try_from(times).map_err(|_| Error::new(Kind::Compilation, "`repeat` must not be negative"))?;
    let pools = args.bind_rest("product")?.iter().map(iterate).collect::<Result<Vec<_>>>()?;
    limits::items(pools.len().saturating_mul(times))?;
    let pools: Vec<Vec<Value>> = pools.iter().cycle().take(pools.len() * times).cloned().collect();
    let mut indices = (!pools.iter().any(Vec::is_empty)).then(|| vec![0; pools.len()]);
    let mut made = 0;
    let next = move || {
        let current = indices.take()?;
        // Many long tuples are as much as many elements.
        made += current.len();
        if let Err(error) = limits::items(made) {
            return Some(Err(error));
        }
        let tuple = Value::tuple(current.iter().zip(&pools).map(|(index, pool)| pool[*index].clone()));
        // Counts up like an odometer, the last place first.
        let mut following = current;
        for place in (0..following.len()).rev() {
            following[place] += 1;
            if following[place] < pools[place].len() {
                indices = Some(following);
                break;
            }
            following[place] = 0;
        }
        Some(Ok(tuple))
    };
    Ok(iterators::lazy("itertools.product", std::iter::from_fn(next)))
}

fn permutations(_: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let ([iterable], [r]) = args.bind("permutations", ["iterable"], ["r"])?;
    let pool = iterate(&iterable)?;
    let r = r.filter(|r| !r.is_none());
    let r = r.as_ref().map_or(Ok(pool.len()), length)?;
    // The next choice keeps the places before some place, and takes the next unused index there.
    let next = move |indices: &[usize], n: usize| {
        (0..indices.len()).rev().find_map(|place| {
            let (kept, last) = (&indices[..place], indices[place]);
            let larger = (last + 1..n).find(|index| !kept.contains(index))?;
            let mut following = kept.to_vec();
            following.push(larger);
            for index in 0..n {
                if following.len() == indices.len() {
                    break;
                }
                if !following.contains(&index) {
                    following.push(index);
                }
            }
            Some(following)
        })
    };
    let first = if r <= pool.len() { (0..r).collect() } else { Vec::new() };
    Ok(selections("itertools.permutations", pool, r, first, next))
}

fn combinations(_: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let ([iterable, r], []) = args.bind("combinations", ["iterable", "r"], [])?;
    let (pool, r) = (iterate(&iterable)?, length(&r)?);
    let next = |indices: &[usize], n: usize| {
        let r = indices.len();
        let place = (0..r).rev().find(|place| indices[*place] != place + n - r)?;
        let mut following = indices.to_vec();
        following[place] += 1;
        for after in place + 1..r {
            following[after] = following[after - 1] + 1;
        }
        Some(following)
    };
    let first = if r <= pool.len() { (0..r).collect() } else { Vec::new() };
    Ok(selections("itertools.combinations", pool, r, first, next))
}

fn combinations_with_replacement(_: &mut Interpreter<'_>, args: Args) -> Result<Value> {
    let ([iterable, r], []) = args.bind("combinations_with_replacement", ["iterable", "r"], [])?;
    let (pool, r) = (iterate(&iterable)?, length(&r)?);
    limits::items(r)?;
    let least = if pool.is_empty() { r.min(1) } else { 0 };
    let next = |indices: &[usize], n: usize| {
        let place = (0..indices.len()).rev().find(|place| indices[*place] + 1 < n)?;
        let mut following = indices.to_vec();
        let index = following[place] + 1;
        following[place..].fill(index);
        Some(following)
    };
    Ok(selections("itertools.combinations_with_replacement", pool, least, vec![0; r], next))
}

fn length(value: &Value) -> Result<usize> {
    usize::try_from(integer_index(value)?).map_err(|_| Error::new(Kind::Compilation, "`r` must not be negative"))
}

// Tuples of the elements at some indices, each set of indices leading to the next; none when the pool is too small.
fn selections(
    type_name: &'static str,
    pool: Vec<Value>,
    least: usize,
    first: Vec<usize>,
    next: impl Fn(&[usize], usize) -> Option<Vec<usize>> + Send + 'static,
) -> Value {
    let mut indices = (least <= pool.len()).then_some(first);
    let mut made = 0;
    let step = move || {
        let current = indices.take()?;
        made += current.len();
        if let Err(error) = limits::items(made) {
            return Some(Err(error));
        }
        indices = next(&current, pool.len());
        Some(Ok(Value::tuple(current.into_iter().map(|index| pool[index].clone()))))
    };
    iterators::lazy(type_name, std::iter::from_fn(step))
}
