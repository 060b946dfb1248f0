//! Which variable a name means: Jinja2's scoping, decided once when a template is parsed.
//!
//! Jinja2 compiles a template to Python functions: its body, each macro, call block and `{% block %}` is one. Each scope
//! in them (the body of a loop, of `with`, of a block `set`, ...) knows which names it reads and sets:
//!
//! - What a scope sets stays inside. The name starts as a copy of the one outside, or as what the caller's scope says
//!   when it was read before it is set or is set in a branch of an `if` only, else as undefined. Branches are no scopes.
//! - A function reads the variables around it as they are when it runs, like any closure.
//! - A `{% block %}` knows nothing of the scopes around it but what the template sets outside of all scopes; one that is
//!   `scoped` knows what is set around it.
//! - Variables of one name in scopes of one depth are one variable, which is undefined outside of these scopes.

mod names;
mod undeclared;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::ast::{Body, For, Function, Load, NamedBlock, Statement, StatementKind, Target};
pub(super) use undeclared::{assigns, bodies, undeclared};

/// dbt keeps the macros that a template defines inside of itself apart from the project's macros by this prefix.
pub(super) const MACRO_PREFIX: &str = "dbt_macro__";

/// Numbers the variables of a template or of a definition at the top of a file.
pub(super) fn number(function: &mut Function) {
    let special = !function.span.range().is_empty();
    Numbering::default().function(function, special);
}

#[derive(Default)]
struct Numbering {
    frames: Vec<Frame>,
    functions: Vec<Counted>,
    // Each recursive loop has variables of its own.
    recursions: u32,
    has_blocks: bool,
    // Set while `loop.index` and the like are looked up, which need no look ahead.
    behind: bool,
}

#[derive(Default)]
struct Counted {
    slots: u32,
    captures: Vec<(u32, u32)>,
    // What functions inside of this one read.
    cells: Vec<u32>,
    // Its outermost scope.
    frame: usize,
    // What is asked from the caller's scope.
    globals: FxHashMap<Arc<str>, u32>,
    variables: FxHashMap<(u32, usize, Arc<str>), u32>,
    is_block: bool,
}

#[derive(Default)]
struct Frame {
    names: FxHashMap<Arc<str>, Known>,
    loads: Vec<Load>,
    is_function: bool,
    // The recursive loop that it stands in.
    recursion: u32,
    // In which `if`s the visitor stands.
    branches: u32,
    loop_slot: Option<u32>,
    looks_ahead: bool,
}

/// What a scope knows of a name.
#[derive(Clone, Copy)]
struct Known {
    slot: u32,
    from: Origin,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// It is set here, or is a parameter.
    Own,
    /// A function around this one has it.
    Captured,
    /// Nobody sets it.
    Global,
}

impl Numbering {
    fn function(&mut self, function: &mut Function, special: bool) {
        self.functions.push(Counted { frame: self.frames.len(), ..Counted::default() });
        self.frames.push(Frame { is_function: true, ..Frame::default() });
        for parameter in &mut function.parameters {
            parameter.slot = self.parameter(&parameter.name);
        }
        if special {
            // Jinja2 hands these over where the body reads them before it sets them.
            let wanted = undeclared(&function.body.statements, &["caller", "kwargs", "varargs"]);
            let mut slot = |name: &str| {
                let named = function.parameters.iter().any(|parameter| &*parameter.name == name);
                (wanted.contains(&name) && !named).then(|| self.parameter(&Arc::from(name)))
            };
            function.caller = slot("caller");
            function.kwargs = slot("kwargs");
            function.varargs = slot("varargs");
        }
        for default in function.parameters.iter_mut().filter_map(|parameter| parameter.default.as_mut()) {
            self.expression(default);
        }
        self.statements(&mut function.body.statements);
        self.leave_function(function);
    }

    fn leave_function(&mut self, function: &mut Function) {
        let is_template = self.functions.len() == 1 && function.span.range().is_empty();
        if is_template && self.has_blocks {
            function.exports = self.stored(0);
            function.exports.iter().for_each(|(_, slot)| self.cell(0, *slot));
        }
        let frame = self.frames.pop().expect("a function is being numbered");
        let counted = self.functions.pop().expect("a function is being numbered");
        function.body.loads = frame.loads;
        function.slot_count = counted.slots;
        function.captures = counted.captures;
        function.cells = counted.cells;
    }

    fn counted(&mut self) -> &mut Counted {
        self.functions.last_mut().expect("a function is being numbered")
    }

    fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("a function is being numbered")
    }

    // What a scope itself sets, by name.
    fn stored(&self, frame: usize) -> Vec<(Arc<str>, u32)> {
        let own = self.frames[frame].names.iter().filter(|(_, known)| known.from == Origin::Own);
        let mut stored: Vec<_> = own.map(|(name, known)| (Arc::clone(name), known.slot)).collect();
        stored.sort();
        stored
    }

    fn new_slot(&mut self, function: usize) -> u32 {
        let counted = &mut self.functions[function];
        counted.slots += 1;
        counted.slots - 1
    }

    // The variable of a name in the innermost scope; scopes of one depth share it.
    fn variable(&mut self, name: &Arc<str>) -> u32 {
        let (recursion, depth) = (self.frame().recursion, self.frames.len());
        let counted = self.counted();
        let next = counted.slots;
        let slot = *counted.variables.entry((recursion, depth, Arc::clone(name))).or_insert(next);
        counted.slots += u32::from(slot == next);
        slot
    }

    fn parameter(&mut self, name: &Arc<str>) -> u32 {
        let slot = self.variable(name);
        self.frame().names.insert(name.clone(), Known { slot, from: Origin::Own });
        slot
    }

    fn cell(&mut self, function: usize, slot: u32) {
        let counted = &mut self.functions[function];
        let is_captured = counted.captures.iter().any(|(_, own)| *own == slot);
        if !is_captured && !counted.cells.contains(&slot) {
            counted.cells.push(slot);
        }
    }

    /// What the innermost scope or one around it knows of a name.
    fn find(&mut self, name: &Arc<str>) -> Option<Known> {
        let (frame, function) = (self.frames.len() - 1, self.functions.len() - 1);
        self.find_from(name, frame, function)
    }

    fn find_from(&mut self, name: &Arc<str>, frame: usize, function: usize) -> Option<Known> {
        let mut at = frame;
        loop {
            if let Some(&known) = self.frames[at].names.get(name) {
                if self.frames[at].loop_slot == Some(known.slot) {
                    self.frames[at].looks_ahead |= !self.behind;
                }
                return Some(known);
            }
            if self.frames[at].is_function {
                break;
            }
            at -= 1;
        }
        if function == 0 || self.functions[function].is_block {
            return None;
        }
        let outer = self.find_from(name, at - 1, function - 1)?;
        let known = if outer.from == Origin::Global {
            Known { slot: self.global(name, function), from: Origin::Global }
        } else {
            self.cell(function - 1, outer.slot);
            let slot = self.new_slot(function);
            self.functions[function].captures.push((outer.slot, slot));
            Known { slot, from: Origin::Captured }
        };
        self.frames[at].names.insert(name.clone(), known);
        Some(known)
    }

    // The slot of a name that is asked from the caller's scope, once for each run of the function.
    fn global(&mut self, name: &Arc<str>, function: usize) -> u32 {
        if let Some(&slot) = self.functions[function].globals.get(name) {
            return slot;
        }
        let slot = self.new_slot(function);
        self.functions[function].globals.insert(name.clone(), slot);
        let load = self.load_of_global(slot);
        let frame = self.functions[function].frame;
        self.frames[frame].loads.insert(0, load);
        slot
    }

    fn load_of_global(&self, slot: u32) -> Load {
        let in_block = self.functions.iter().any(|function| function.is_block);
        if in_block { Load::Exported(slot) } else { Load::Global(slot) }
    }

    /// A name is read.
    fn load(&mut self, name: &Arc<str>) -> u32 {
        if let Some(known) = self.find(name) {
            return known.slot;
        }
        let slot = self.global(name, self.functions.len() - 1);
        self.frame().names.insert(name.clone(), Known { slot, from: Origin::Global });
        slot
    }

    /// A name is set.
    fn store(&mut self, name: &Arc<str>) {
        if self.frame().names.get(name).is_some_and(|known| known.from == Origin::Own) {
            return;
        }
        let outer = self.find(name);
        let slot = self.variable(name);
        let load = match outer {
            Some(Known { slot: from, .. }) => Load::Copy { from, to: slot },
            None if self.frame().branches > 0 => self.load_of_global(slot),
            None => Load::Missing(slot),
        };
        let frame = self.frame();
        frame.names.insert(name.clone(), Known { slot, from: Origin::Own });
        frame.loads.push(load);
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
                    self.scope(&mut node.body, |numbering, statements| {
                        numbering.statements(statements);
                        numbering.filters(filters);
                    });
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
                    self.scope(&mut node.body, |numbering, statements| {
                        for (target, _) in bindings {
                            numbering.parameter_target(target);
                        }
                        numbering.statements(statements);
                    });
                }
                StatementKind::FilterBlock(node) => {
                    let filters = &mut node.filters;
                    self.scope(&mut node.body, |numbering, statements| {
                        numbering.declare(statements);
                        numbering.filters(filters);
                        numbering.assign(statements);
                    });
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
                StatementKind::Block(node) => self.block(unshared(node)),
                StatementKind::Scope(body) => self.scope(body, Self::statements),
            }
        }
    }

    fn scope(&mut self, body: &mut Body, around: impl FnOnce(&mut Self, &mut [Statement])) {
        self.enter_scope();
        around(self, &mut body.statements);
        self.leave_scope(body);
    }

    fn enter_scope(&mut self) {
        let recursion = self.frame().recursion;
        self.frames.push(Frame { recursion, ..Frame::default() });
    }

    fn leave_scope(&mut self, body: &mut Body) -> Frame {
        let mut frame = self.frames.pop().expect("a scope was entered");
        body.loads = std::mem::take(&mut frame.loads);
        let own = frame.names.values().filter(|known| known.from == Origin::Own).map(|known| known.slot);
        body.leaves = own.filter(|slot| self.counted().cells.contains(slot)).collect();
        frame
    }

    fn for_loop(&mut self, node: &mut For) {
        self.expression(&mut node.iterable);
        let first = self.counted().slots;
        let outer = self.frame().recursion;
        if node.recursive {
            self.recursions += 1;
            self.frame().recursion = self.recursions;
        }
        if let Some(condition) = &mut node.condition {
            // It knows the item, and not this loop's `loop`.
            self.enter_scope();
            self.parameter_target(&mut node.target);
            self.expression(condition);
            self.frames.pop();
        }
        self.enter_scope();
        let is_asked = !undeclared(&node.body.statements, &["loop"]).is_empty();
        if node.recursive || is_asked || undeclared::has_scoped_block(&node.body.statements) {
            let slot = self.parameter(&Arc::from("loop"));
            self.frame().loop_slot = Some(slot);
            node.loop_slot = Some(slot);
        }
        self.parameter_target(&mut node.target);
        self.statements(&mut node.body.statements);
        let frame = self.leave_scope(&mut node.body);
        node.looks_ahead = frame.looks_ahead;
        if node.recursive && node.otherwise.statements.is_empty() {
            // It is a function of Python's, whose variables end with it.
            node.body.leaves.clear();
        }
        self.scope(&mut node.otherwise, Self::statements);
        self.frame().recursion = outer;
        if node.recursive {
            node.slots = first..self.counted().slots;
            node.cells = self.counted().cells.iter().copied().filter(|slot| *slot >= first).collect();
        }
    }

    fn block(&mut self, node: &mut NamedBlock) {
        self.has_blocks = true;
        if node.is_scoped {
            for frame in 0..self.frames.len() {
                for (name, _) in self.stored(frame) {
                    // A block around this one hides what is outside of it.
                    let Some(known) = self.find(&name) else { continue };
                    if !node.locals.iter().any(|(seen, _)| *seen == name) {
                        node.locals.push((name, known.slot));
                    }
                }
            }
        }
        self.functions.push(Counted { frame: self.frames.len(), is_block: true, ..Counted::default() });
        self.frames.push(Frame { is_function: true, ..Frame::default() });
        self.statements(&mut node.function.body.statements);
        self.leave_function(&mut node.function);
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
}

pub(super) fn prefixed(name: &str) -> Arc<str> {
    Arc::from(format!("{MACRO_PREFIX}{name}"))
}

fn unshared<T>(node: &mut Arc<T>) -> &mut T {
    Arc::get_mut(node).expect("a tree is not shared while it is being built")
}
