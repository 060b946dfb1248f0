//! Which variable a name means: Jinja2's scoping, decided once when a template is parsed.
//!
//! Each function (a template's body, a macro, a call block) numbers the variables of all its scopes. A scope (the body
//! of a loop, of `with`, of a block `set`, ...) may read what is outside, and what it sets stays inside: a name that is
//! set in a scope gets a slot of its own, which starts as a copy of the one outside. The branches of an `if` are no
//! scopes. A function reads the variables around it as they were when it was made.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::ast::{
    Arguments, Body, Expression, ExpressionKind, FilterCall, For, Function, Load, Statement, StatementKind, Target,
};

/// dbt keeps the macros that a template defines inside of itself apart from the project's macros by this prefix.
pub(super) const MACRO_PREFIX: &str = "dbt_macro__";

/// What `loop` can say without knowing how many items are still to come.
const LOOP_BEHIND: [&str; 8] = ["index", "index0", "first", "previtem", "cycle", "changed", "depth", "depth0"];

/// Numbers the variables of a template or of a definition at the top of a file.
pub(super) fn number(function: &mut Function) {
    let special = !function.span.range().is_empty();
    Numbering::default().function(function, special);
}

#[derive(Default)]
struct Numbering {
    frames: Vec<Frame>,
    functions: Vec<Counted>,
    // Set while `loop.index` and the like are looked up, which need no look ahead.
    behind: bool,
}

#[derive(Default)]
struct Counted {
    slots: u32,
    captures: Vec<(u32, u32)>,
    frame: usize,
    // Macros and call blocks have `caller`, `varargs` and `kwargs`; a template's body has not.
    special: bool,
    caller: Option<u32>,
    varargs: Option<u32>,
    kwargs: Option<u32>,
}

#[derive(Default)]
struct Frame {
    names: FxHashMap<Arc<str>, u32>,
    loads: Vec<Load>,
    is_function: bool,
    // In which `if`s the visitor stands.
    branches: u32,
    loop_slot: Option<u32>,
    loop_used: bool,
    looks_ahead: bool,
}

impl Numbering {
    fn function(&mut self, function: &mut Function, special: bool) {
        self.functions.push(Counted { frame: self.frames.len(), special, ..Counted::default() });
        self.frames.push(Frame { is_function: true, ..Frame::default() });
        for parameter in &mut function.parameters {
            parameter.slot = self.parameter(&parameter.name);
        }
        for default in function.parameters.iter_mut().filter_map(|parameter| parameter.default.as_mut()) {
            self.expression(default);
        }
        self.statements(&mut function.body.statements);
        let frame = self.frames.pop().expect("pushed above");
        let counted = self.functions.pop().expect("pushed above");
        function.body.loads = frame.loads;
        function.slot_count = counted.slots;
        function.captures = counted.captures;
        function.caller = counted.caller;
        function.varargs = counted.varargs;
        function.kwargs = counted.kwargs;
    }

    fn counted(&mut self) -> &mut Counted {
        self.functions.last_mut().expect("a function is being numbered")
    }

    fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("a function is being numbered")
    }

    fn slot(&mut self) -> u32 {
        let counted = self.counted();
        counted.slots += 1;
        counted.slots - 1
    }

    fn parameter(&mut self, name: &Arc<str>) -> u32 {
        let slot = self.slot();
        let frame = self.frame();
        frame.names.insert(name.clone(), slot);
        slot
    }

    /// The slot of a name that the innermost scope or one around it has.
    fn find(&mut self, name: &Arc<str>) -> Option<u32> {
        let (frame, function) = (self.frames.len() - 1, self.functions.len() - 1);
        self.find_from(name, frame, function)
    }

    fn find_from(&mut self, name: &Arc<str>, frame: usize, function: usize) -> Option<u32> {
        let mut at = frame;
        loop {
            if let Some(&slot) = self.frames[at].names.get(name) {
                if self.frames[at].loop_slot == Some(slot) {
                    self.frames[at].loop_used = true;
                    self.frames[at].looks_ahead |= !self.behind;
                }
                return Some(slot);
            }
            if self.frames[at].is_function {
                break;
            }
            at -= 1;
        }
        if self.functions[function].special && matches!(&**name, "caller" | "varargs" | "kwargs") {
            // The functions around this one take these arguments too, as in Jinja2.
            if function > 0 {
                self.find_from(name, at - 1, function - 1);
            }
            let slot = self.slot_of(name, at, function);
            let counted = &mut self.functions[function];
            match &**name {
                "caller" => counted.caller = Some(slot),
                "varargs" => counted.varargs = Some(slot),
                _ => counted.kwargs = Some(slot),
            }
            return Some(slot);
        }
        if function == 0 {
            return None;
        }
        let outer = self.find_from(name, at - 1, function - 1)?;
        let slot = self.slot_of(name, at, function);
        self.functions[function].captures.push((outer, slot));
        Some(slot)
    }

    fn slot_of(&mut self, name: &Arc<str>, frame: usize, function: usize) -> u32 {
        let counted = &mut self.functions[function];
        let slot = counted.slots;
        counted.slots += 1;
        self.frames[frame].names.insert(name.clone(), slot);
        slot
    }

    /// A name is read. One that nothing sets is asked from the caller's scope, once for each run of the function.
    fn load(&mut self, name: &Arc<str>) -> u32 {
        if let Some(slot) = self.find(name) {
            return slot;
        }
        let function = self.functions.len() - 1;
        let frame = self.functions[function].frame;
        let slot = self.slot_of(name, frame, function);
        self.frames[frame].loads.push(Load::Global(slot));
        slot
    }

    /// A name is set.
    fn store(&mut self, name: &Arc<str>) {
        if self.frame().names.contains_key(name) {
            return;
        }
        let outer = self.find(name);
        // What is outside of the function is captured now, and so has become the function's own.
        if self.frame().names.contains_key(name) {
            return;
        }
        let slot = self.slot();
        let frame = self.frame();
        frame.names.insert(name.clone(), slot);
        frame.loads.push(match outer {
            Some(from) => Load::Copy { from, to: slot },
            None if frame.branches > 0 => Load::Global(slot),
            None => Load::Missing(slot),
        });
    }

    /// Statements of one scope: first which names it sets, then which slot each name has.
    fn statements(&mut self, statements: &mut [Statement]) {
        self.declare(statements);
        self.assign(statements);
    }

    fn declare(&mut self, statements: &mut [Statement]) {
        for statement in statements {
            match &mut statement.kind {
                StatementKind::Text(_) | StatementKind::Break | StatementKind::Continue => {}
                StatementKind::Output(expression) | StatementKind::Do(expression) => self.expression(expression),
                StatementKind::Set(target, value) => {
                    self.expression(value);
                    self.declare_target(target);
                }
                StatementKind::SetBlock(node) => self.declare_target(&node.target),
                StatementKind::If(node) => {
                    for (index, (test, body)) in node.branches.iter_mut().enumerate() {
                        // The first test always runs; the others only when it failed.
                        self.frame().branches += u32::from(index > 0);
                        self.expression(test);
                        self.frame().branches -= u32::from(index > 0);
                        self.branch(body);
                    }
                    self.branch(&mut node.otherwise);
                }
                StatementKind::For(node) => self.expression(&mut unshared(node).iterable),
                StatementKind::With(node) => {
                    for (_, value) in &mut node.bindings {
                        self.expression(value);
                    }
                }
                StatementKind::FilterBlock(node) => self.filters(&mut node.filters),
                StatementKind::Macro(_, function) => {
                    let name = prefixed(&function.name);
                    self.store(&name);
                }
                StatementKind::CallBlock(node) => {
                    self.expression(&mut node.call.callee);
                    self.arguments(&mut node.call.arguments);
                }
                StatementKind::Block(_) | StatementKind::Scope(_) => {}
            }
        }
    }

    fn branch(&mut self, statements: &mut [Statement]) {
        self.frame().branches += 1;
        self.declare(statements);
        self.frame().branches -= 1;
    }

    fn declare_target(&mut self, target: &Target) {
        match target {
            Target::Name { name, .. } => self.store(name),
            Target::Attribute { name, .. } => {
                self.load(name);
            }
            Target::Tuple(targets, _) => {
                for target in targets {
                    self.declare_target(target);
                }
            }
        }
    }

    // All names of the scope are known; expressions are numbered again, since a name may have become the scope's own.
    fn assign(&mut self, statements: &mut [Statement]) {
        for statement in statements {
            match &mut statement.kind {
                StatementKind::Text(_) | StatementKind::Break | StatementKind::Continue => {}
                StatementKind::Output(expression) | StatementKind::Do(expression) => self.expression(expression),
                StatementKind::Set(target, value) => {
                    self.expression(value);
                    self.assign_target(target);
                }
                StatementKind::SetBlock(node) => {
                    self.assign_target(&mut node.target);
                    let filters = &mut node.filters;
                    self.scope(&mut node.body, |numbering| numbering.filters(filters));
                }
                StatementKind::If(node) => {
                    for (test, body) in &mut node.branches {
                        self.expression(test);
                        self.assign(body);
                    }
                    self.assign(&mut node.otherwise);
                }
                StatementKind::For(node) => self.for_loop(unshared(node)),
                StatementKind::With(node) => {
                    for (_, value) in &mut node.bindings {
                        self.expression(value);
                    }
                    let bindings = &mut node.bindings;
                    self.scope(&mut node.body, |numbering| {
                        for (target, _) in bindings {
                            numbering.parameter_target(target);
                        }
                    });
                }
                StatementKind::FilterBlock(node) => {
                    let filters = &mut node.filters;
                    self.scope(&mut node.body, |numbering| numbering.filters(filters));
                }
                StatementKind::Macro(slot, function) => {
                    *slot = self.load(&prefixed(&function.name));
                    self.function(unshared(function), true);
                }
                StatementKind::CallBlock(node) => {
                    self.expression(&mut node.call.callee);
                    self.arguments(&mut node.call.arguments);
                    self.function(unshared(&mut node.caller), true);
                }
                StatementKind::Block(node) => self.scope(&mut unshared(node).body, |_| {}),
                StatementKind::Scope(body) => self.scope(body, |_| {}),
            }
        }
    }

    fn scope(&mut self, body: &mut Body, before: impl FnOnce(&mut Self)) {
        self.frames.push(Frame::default());
        before(self);
        self.statements(&mut body.statements);
        body.loads = self.frames.pop().expect("pushed above").loads;
    }

    fn for_loop(&mut self, node: &mut For) {
        self.expression(&mut node.iterable);
        let first = self.counted().slots;
        self.frames.push(Frame::default());
        self.parameter_target(&mut node.target);
        // The condition knows the item, and not this loop's `loop`.
        if let Some(condition) = &mut node.condition {
            self.expression(condition);
        }
        let slot = self.parameter(&Arc::from("loop"));
        self.frame().loop_slot = Some(slot);
        self.statements(&mut node.body.statements);
        let frame = self.frames.pop().expect("pushed above");
        node.body.loads = frame.loads;
        node.loop_slot = (frame.loop_used || node.recursive).then_some(slot);
        node.looks_ahead = frame.looks_ahead;
        node.slots = first..self.counted().slots;
        self.scope(&mut node.otherwise, |_| {});
    }

    fn parameter_target(&mut self, target: &mut Target) {
        match target {
            Target::Name { name, slot } => *slot = self.parameter(name),
            Target::Attribute { name, slot, .. } => *slot = self.load(name),
            Target::Tuple(targets, _) => {
                for target in targets {
                    self.parameter_target(target);
                }
            }
        }
    }

    fn assign_target(&mut self, target: &mut Target) {
        match target {
            Target::Name { name, slot } | Target::Attribute { name, slot, .. } => *slot = self.load(name),
            Target::Tuple(targets, _) => {
                for target in targets {
                    self.assign_target(target);
                }
            }
        }
    }

    fn filters(&mut self, filters: &mut [FilterCall]) {
        for filter in filters {
            self.arguments(&mut filter.arguments);
        }
    }

    fn arguments(&mut self, arguments: &mut Arguments) {
        for value in &mut arguments.positional {
            self.expression(value);
        }
        for (_, value) in &mut arguments.named {
            self.expression(value);
        }
        for value in arguments.sequence.iter_mut().chain(arguments.mapping.iter_mut()) {
            self.expression(value);
        }
    }

    fn expression(&mut self, expression: &mut Expression) {
        match &mut expression.kind {
            ExpressionKind::Constant(_) => {}
            ExpressionKind::Name { name, slot } => *slot = self.load(name),
            ExpressionKind::Tuple(items) | ExpressionKind::List(items) | ExpressionKind::Concat(items) => {
                for item in items {
                    self.expression(item);
                }
            }
            ExpressionKind::Dict(entries) => {
                for (key, value) in entries {
                    self.expression(key);
                    self.expression(value);
                }
            }
            ExpressionKind::Attribute(object, name) => {
                let is_loop = matches!(&object.kind, ExpressionKind::Name { name, .. } if &**name == "loop");
                self.behind = is_loop && LOOP_BEHIND.contains(&&**name);
                self.expression(object);
                self.behind = false;
            }
            ExpressionKind::Item(object, key) => {
                self.expression(object);
                self.expression(key);
            }
            ExpressionKind::Slice(slice) => {
                self.expression(&mut slice.object);
                for part in [&mut slice.start, &mut slice.stop, &mut slice.step].into_iter().flatten() {
                    self.expression(part);
                }
            }
            ExpressionKind::Call(call) => {
                self.expression(&mut call.callee);
                self.arguments(&mut call.arguments);
            }
            ExpressionKind::Filter(value, filter) | ExpressionKind::Test(value, filter) => {
                self.expression(value);
                self.arguments(&mut filter.arguments);
            }
            ExpressionKind::Not(operand) | ExpressionKind::Negate(operand) | ExpressionKind::Positive(operand) => {
                self.expression(operand);
            }
            ExpressionKind::And(left, right)
            | ExpressionKind::Or(left, right)
            | ExpressionKind::Binary(_, left, right) => {
                self.expression(left);
                self.expression(right);
            }
            ExpressionKind::Compare(first, rest) => {
                self.expression(first);
                for (_, operand) in rest {
                    self.expression(operand);
                }
            }
            ExpressionKind::Conditional(conditional) => {
                self.expression(&mut conditional.test);
                self.expression(&mut conditional.value);
                if let Some(otherwise) = &mut conditional.otherwise {
                    self.expression(otherwise);
                }
            }
        }
    }
}

pub(super) fn prefixed(name: &str) -> Arc<str> {
    Arc::from(format!("{MACRO_PREFIX}{name}"))
}

fn unshared<T>(node: &mut Arc<T>) -> &mut T {
    Arc::get_mut(node).expect("a tree is not shared while it is being built")
}
