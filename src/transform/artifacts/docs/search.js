
// Search over names, columns, tags, descriptions and SQL. Every word must be found in a node or in one of its columns;
// where it is found decides the rank.
const FOUND_MAX = 40;
let indexed = null;

function index() {
  indexed ??= data.nodes.flatMap((node, place) => {
    const description = plain(node.description);
    const own = {
      place, column: null, name: node.label.toLowerCase(), context: node.kind + " " + node.package.toLowerCase(),
      tags: (node.tags || []).join(" ").toLowerCase(), description, lowered: description.toLowerCase(),
      sql: (node.raw || "").toLowerCase() + "\n" + (node.compiled || "").toLowerCase(),
    };
    const columns = (node.columns || []).map((column) => {
      const text = plain(column.description);
      return { place, column: column.name, name: column.name.toLowerCase(), context: node.label.toLowerCase(),
        tags: (column.tags || []).join(" ").toLowerCase(), description: text, lowered: text.toLowerCase(), sql: "" };
    });
    return [own, ...columns];
  });
  return indexed;
}

function score(entry, word) {
  if (entry.name === word) return 100;
  if (entry.name.startsWith(word)) return 60;
  if (entry.name.includes(word)) return 40;
  if (entry.tags.includes(word)) return 25;
  if (entry.context.includes(word)) return 12;
  if (entry.lowered.includes(word)) return 10;
  return entry.sql.includes(word) ? 3 : 0;
}

function search(query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const hits = [];
  for (const entry of index()) {
    const scores = words.map((word) => score(entry, word));
    // A column that matches by its table's name alone would only repeat the table.
    if (scores.includes(0) || (entry.column && Math.max(...scores) === 12)) continue;
    const kind = data.nodes[entry.place].kind;
    const weight = scores.reduce((sum, one) => sum + one, 0) + (entry.column ? 0 : 5) - (kind === "macro" ? 4 : 0);
    hits.push({ entry, weight, words });
  }
  hits.sort((a, b) => b.weight - a.weight || a.entry.name.localeCompare(b.entry.name));
  return hits.slice(0, FOUND_MAX);
}

// Where in the text the first word stands, with a little around it.
function excerpt(entry, words) {
  const node = data.nodes[entry.place];
  const texts = [entry.description, node.raw || "", node.compiled || ""];
  for (const text of entry.column ? [entry.description] : texts) {
    const at = text.toLowerCase().indexOf(words.find((word) => text.toLowerCase().includes(word)) ?? "\u0000");
    if (at >= 0) return (at > 30 ? "…" : "") + text.slice(Math.max(0, at - 30), at + 70).replace(/\s+/g, " ");
  }
  return entry.description.slice(0, 100);
}

function startSearch(open) {
  const input = document.getElementById("search");
  const list = document.getElementById("found");
  let active = -1;

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    active = -1;
  }
  function mark(next) {
    const options = [...list.querySelectorAll("[role=option]")];
    if (!options.length) return;
    active = (next + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
    options[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[active].id);
  }
  function go(option) {
    if (!option) return;
    close();
    input.blur();
    open(option.dataset.href);
  }
  function show() {
    const hits = search(input.value);
    if (!input.value.trim()) return close();
    list.replaceChildren(...hits.map(({ entry, words }, at) => {
      const node = data.nodes[entry.place];
      return element("li", { role: "option", id: "found-" + at, "aria-selected": "false", "data-href": address(node, entry.column), onclick: (event) => go(event.currentTarget) },
        element("span", { class: "dot " + node.kind, "aria-hidden": "true" }),
        element("span", { class: "hit" },
          element("strong", {}, entry.column || node.label),
          element("span", { class: "of" }, entry.column ? " column of " + node.label : " " + node.kind),
          element("span", { class: "excerpt" }, excerpt(entry, words))));
    }));
    if (!hits.length) list.append(element("li", { class: "nothing" }, "Nothing found"));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    active = -1;
    mark(0);
  }
  input.addEventListener("input", show);
  input.addEventListener("focus", () => { if (input.value.trim()) show(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") mark(active + 1);
    else if (event.key === "ArrowUp") mark(active - 1);
    else if (event.key === "Enter") go(list.querySelectorAll("[role=option]")[Math.max(active, 0)]);
    else if (event.key === "Escape") { close(); input.blur(); return; }
    else return;
    event.preventDefault();
  });
  window.addEventListener("hashchange", close);
  document.addEventListener("pointerdown", (event) => { if (!event.target.closest(".search")) close(); });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
}
