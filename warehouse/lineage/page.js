"use strict";
// The page of column lineage. A node is [relation, column, slice]: column -1 stands for the rows
// of a relation; a slice names the rows, where a column is taken from some of them alone.
const data = JSON.parse(document.getElementById("lineage").textContent);
const { relations, nodes, values, conditions } = data;
const origins = nodes.map((_, node) => [...values[node], ...conditions[node]]);
const ROWS = -1;
const users = nodes.map(() => []);
origins.forEach((own, user) => own.forEach((origin) => users[origin].push(user)));
const variants = new Map(); // "relation column" -> nodes: the whole column first, then its slices
nodes.forEach(([relation, column], node) => {
  const key = `${relation} ${column}`;
  variants.set(key, [...(variants.get(key) ?? []), node]);
});
const isEnd = (node) => ["raw", "seed"].includes(relations[nodes[node][0]].kind);
const KINDS = { raw: "landed", seed: "file you edit", sql: "SQL", python: "Python" };

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

const columnName = (column, relation) => (column === ROWS ? "" : relations[relation].columns[column][0]);
const address = (relation, column) =>
  `#${relations[relation].name}${column === ROWS ? "" : `.${columnName(column, relation)}`}`;
const comment = (relation, column) =>
  column === ROWS ? relations[relation].about : relations[relation].columns[column][2];

function kindTag(relation) {
  const { kind } = relations[relation];
  return element("span", { class: `kind ${kind}` }, KINDS[kind]);
}

function label(node) {
  const [relation, column, slice] = nodes[node];
  const text = column === ROWS ? `rows of ${relations[relation].name}`
    : `${relations[relation].name}.${columnName(column, relation)}`;
  return element("span", {},
    element("a", { class: "name", href: address(relation, column) }, text),
    slice ? element("span", { class: "where" }, ` where ${slice}`) : null);
}

function line(node, note = "", role = "") {
  const [relation, column] = nodes[node];
  return element("span", { class: role ? "beside" : "" }, label(node), " ",
    isEnd(node) ? kindTag(relation) : null,
    role ? element("span", { class: "kind" }, role) : null,
    element("span", { class: "about small" }, ` ${note || comment(relation, column)}`));
}

const isRows = (node) => nodes[node][1] === ROWS;

// What a node comes from, those that only stand in its conditions and keys after the others.
const upstream = (node) => [
  ...sorted(values[node]).map((origin) => ({ node: origin, role: "" })),
  ...sorted(conditions[node]).map((origin) => ({ node: origin, role: roleOf(origin, node) })),
];
function roleOf(origin, user) {
  if (isRows(user)) return "";
  return isRows(origin) ? "counted" : "condition or key";
}
const downstream = (node) => sorted(users[node]).map((user) => (
  { node: user, role: values[user].includes(node) || isRows(user) ? "" : roleOf(node, user) }));

// A tree that makes its branches when they are opened. What stands in it already is not repeated.
function branch({ node, role }, next, shown) {
  const children = next(node);
  const isRepeated = shown.has(node);
  shown.add(node);
  if (!children.length || isRepeated) {
    const note = isRepeated && children.length ? "(shown above)" : "";
    return element("li", { class: "leaf" }, line(node, note, role));
  }
  const list = element("ul");
  const open = () => {
    if (!list.childNodes.length) children.forEach((each) => list.append(branch(each, next, shown)));
  };
  const details = element("details", {}, element("summary", {}, line(node, "", role)), list);
  details.addEventListener("toggle", open);
  details.fill = open;
  return element("li", {}, details);
}

const text = (node) => `${relations[nodes[node][0]].name} ${nodes[node][1] === ROWS ? "~" : ""}${columnName(nodes[node][1], nodes[node][0])} ${nodes[node][2]}`;
const sorted = (list) => [...list].sort((a, b) => (text(a) < text(b) ? -1 : 1));

function tree(starts, next, empty) {
  if (!starts.length) return element("p", { class: "about" }, empty);
  const shown = new Set();
  const list = element("ul", {}, ...starts.map((each) => branch(each, next, shown)));
  const openAll = () => {
    for (let closed = true; closed;) {
      closed = false;
      list.querySelectorAll("details:not([open])").forEach((each) => {
        each.fill();
        each.open = true;
        closed = true;
      });
    }
  };
  const closeAll = () => list.querySelectorAll("details[open]").forEach((each) => { each.open = false; });
  const hasBranches = list.querySelector("details") !== null;
  return element("div", { class: "tree" },
    hasBranches ? element("p", { class: "tools" },
      element("button", { onclick: openAll }, "open all"), " ",
      element("button", { onclick: closeAll }, "close all")) : null,
    list);
}

// Shortest chains from a column to everything it comes from; by way of values where there is one.
function chainsFrom(start) {
  const before = new Map([[start, null]]);
  const byValue = new Set([start]);
  for (const step of [values, conditions]) {
    const waiting = [...before.keys()];
    while (waiting.length) {
      const node = waiting.shift();
      for (const origin of step === values ? values[node] : origins[node]) {
        if (!before.has(origin)) {
          before.set(origin, node);
          waiting.push(origin);
          if (step === values) byValue.add(origin);
        }
      }
    }
  }
  return { before, byValue };
}

// The nodes of each column, the nearest first.
function byColumn(own) {
  const found = new Map();
  own.forEach((node) => found.set(nodes[node][1], [...(found.get(nodes[node][1]) ?? []), node]));
  return [...found.values()].sort(([a], [b]) => (text(a) < text(b) ? -1 : 1));
}

function chipText(own) {
  const [relation, column] = nodes[own[0]];
  const name = column === ROWS ? "rows" : columnName(column, relation);
  const slices = own.map((node) => nodes[node][2]);
  if (slices.includes("")) return name;
  return `${name} where ${slices[0]}${slices.length > 1 ? ` or ${slices.length - 1} more` : ""}`;
}

const byName = (a, b) => (relations[a].name < relations[b].name ? -1 : 1);

function ends(start) {
  const { before, byValue } = chainsFrom(start);
  const found = [...before.keys()].filter((node) => isEnd(node));
  if (!found.length) return element("p", { class: "about" },
    "Nothing: it counts rows, or is fixed by the settings in dbt_project.yml.");
  const chain = element("div");
  const box = element("div");
  const show = (button, node) => {
    box.querySelectorAll("button.on").forEach((each) => each.classList.remove("on"));
    button.classList.add("on");
    const steps = [];
    for (let step = node; step !== null; step = before.get(step)) steps.unshift(step);
    chain.replaceChildren(element("div", { class: "chain" },
      element("span", { class: "about small" }, "The shortest way from this column to what landed:"),
      element("ol", {}, ...steps.map((step) => element("li", {}, line(step))))));
  };
  const group = (own) => [
    ...[...new Set(own.map((node) => nodes[node][0]))].sort(byName).map((relation) => element("div", { class: "chips" },
      element("a", { class: "name", href: address(relation, ROWS) }, relations[relation].name),
      ...byColumn(own.filter((node) => nodes[node][0] === relation)).map((variants) => {
        const button = element("button", { title: comment(relation, nodes[variants[0]][1]) }, chipText(variants));
        button.addEventListener("click", () => show(button, variants[0]));
        return button;
      }))),
  ];
  const isValue = (node) => byValue.has(node);
  const made = found.filter(isValue);
  const beside = found.filter((node) => !isValue(node));
  const title = (words) => element("span", { class: "about small" }, words);
  if (made.length) box.append(title("Its value is made of (click one for the way):"), ...group(made));
  if (beside.length) box.append(element("details", made.length ? {} : { open: "" },
    element("summary", {}, title(`Conditions, keys and counted rows on the way: ${beside.length}`)),
    ...group(beside)));
  box.append(chain);
  return box;
}

function showColumn(relation, column) {
  const own = variants.get(`${relation} ${column}`);
  const whole = own[0];
  const [name, type, about] = relations[relation].columns[column];
  const rows = variants.get(`${relation} ${ROWS}`)[0];
  const used = own.flatMap(downstream);
  const isMade = !isEnd(whole);
  const constant = "A constant: written in the model's SQL, or set in dbt_project.yml.";
  return [
    element("h2", { class: "name" }, `${relations[relation].name}.${name}`),
    element("p", {}, about, " ", element("span", { class: "about" }, `(${type.toLowerCase().slice(0, 60)})`)),
    element("p", { class: "about" }, "In ", element("a", { class: "name", href: address(relation, ROWS) },
      relations[relation].name), " ", kindTag(relation), ` ${relations[relation].about}`),
    isMade ? element("h3", {}, "Comes from, in the end") : null,
    isMade ? ends(whole) : null,
    element("h3", {}, "Computed from"),
    isMade ? tree(upstream(whole), upstream, constant)
      : element("p", { class: "about" }, "Nothing: its rows stand here as they came."),
    isMade ? element("h3", {}, "Which rows there are is decided by") : null,
    isMade ? tree(upstream(rows), upstream, "Nothing but the settings.") : null,
    element("h3", {}, "Used by"),
    tree(used, downstream, "No other column: this is where it ends."),
  ];
}

function showRelation(relation) {
  const { name, about, path, columns } = relations[relation];
  return [
    element("h2", { class: "name" }, name),
    element("p", {}, about, " ", kindTag(relation)),
    path ? element("p", { class: "about" }, element("code", {}, path)) : null,
    element("table", {}, ...columns.map(([column, type, meaning], number) => element("tr", {},
      element("td", {}, element("a", { class: "name", href: address(relation, number) }, column)),
      element("td", { class: "about small" }, type.toLowerCase().slice(0, 40)),
      element("td", {}, meaning)))),
    element("h3", {}, "Its rows are decided by"),
    isEnd(variants.get(`${relation} ${ROWS}`)[0])
      ? element("p", { class: "about" }, "What the source, or you, put there.")
      : tree(upstream(variants.get(`${relation} ${ROWS}`)[0]), upstream, "Nothing but the settings."),
  ];
}

function showStart() {
  const { traced, declared, untraced } = data.coverage;
  const total = traced + declared + untraced;
  const examples = data.examples.map((name) => element("li", {},
    element("a", { class: "name", href: `#${name}` }, name)));
  const python = relations.filter((each) => each.kind === "python").map((each) => element("li", {},
    element("a", { class: "name", href: `#${each.name}` }, each.name), ` ${each.about}`));
  const lost = Object.entries(data.untraced).map(([name, why]) => element("li", {},
    element("a", { class: "name", href: `#${name}` }, name), `: ${why}`));
  const percent = (part) => `${part.toLocaleString("en")} of ${total.toLocaleString("en")}`;
  return [
    element("h2", {}, `Dataset ${data.dataset}: ${relations.length} tables`),
    element("p", {}, "Pick a column on the left, or search. The page shows what it is computed from, table by table, " +
      "down to the columns that landed from the sources, and what is computed from it. It is read from the SQL that the last build ran."),
    element("h3", {}, "Begin with"), element("ul", {}, ...examples),
    element("h3", {}, "How to read it"),
    element("ul", {},
      element("li", {}, "A column comes from all that its expression names. What only stands in a condition, or says over which rows and in which order a window goes, is marked ", element("span", { class: "kind" }, "condition or key"), " and comes last."),
      element("li", {}, "Filters, joins and groups decide which rows there are. They are shown on their own, once per table."),
      element("li", {}, element("span", { class: "where" }, "where factor = 'size'"),
        " says that only these rows of a table in long form are taken."),
      element("li", {}, "\"rows of\" a table: a number counts them.")),
    element("h3", {}, "How complete it is"),
    element("p", {}, `Of the columns that are computed, ${percent(traced)} are traced through SQL. ` +
      `${percent(declared)} are of Python models, which no SQL shows: each of their columns is said to come from all that the model reads. ` +
      (untraced ? `${percent(untraced)} could not be traced.` : "None could not be traced.")),
    element("ul", {}, ...python), lost.length ? element("ul", {}, ...lost) : null,
  ];
}

function shown() {
  const name = decodeURIComponent(location.hash.slice(1));
  const main = document.getElementById("shown");
  const relation = relations.findIndex((each) => each.name === name);
  const [schema, table, column] = name.split(".");
  const parent = relations.findIndex((each) => each.name === `${schema}.${table}`);
  const number = parent < 0 ? -1 : relations[parent].columns.findIndex(([each]) => each === column);
  const parts = relation >= 0 ? showRelation(relation)
    : number >= 0 ? showColumn(parent, number)
      : name ? [element("h2", {}, `There is no ${name}`), ...showStart()] : showStart();
  main.replaceChildren(...parts.filter((part) => part !== null));
  main.scrollTop = 0;
  document.title = name || "Where every column comes from";
}

function listAll() {
  const schemas = new Map();
  relations.forEach((each, relation) => {
    const schema = each.name.split(".")[0];
    schemas.set(schema, [...(schemas.get(schema) ?? []), relation]);
  });
  return data.schemas.filter((schema) => schemas.has(schema)).map((schema) => element("details", { class: "schema" },
    element("summary", {}, schema),
    element("ul", {}, ...schemas.get(schema).map((relation) => element("li", {},
      element("a", { class: "name", href: address(relation, ROWS) }, relations[relation].name.split(".")[1]))))));
}

function listFound(words) {
  const found = [];
  relations.forEach((each, relation) => each.columns.forEach(([column, , about], number) => {
    const name = `${each.name}.${column}`;
    const all = `${name} ${about}`.toLowerCase();
    if (!words.every((word) => all.includes(word))) return;
    const score = words.every((word) => column === word) ? 0 : words.every((word) => name.includes(word)) ? 1 : 2;
    found.push([score, name, relation, number, about]);
  }));
  found.sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
  const most = 200;
  const items = found.slice(0, most).map(([, name, relation, number, about]) => element("li", {},
    element("a", { class: "name", href: address(relation, number) }, name),
    element("div", { class: "about small" }, about)));
  const said = !found.length ? "Nothing is called so. Try a part of a name, or a word such as \"dividend\"."
    : found.length > most ? `${found.length} columns, the first ${most}:` : `${found.length} columns`;
  return [element("p", { class: "about small" }, said), element("ul", { class: "found" }, ...items)];
}

function listed() {
  const words = document.getElementById("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  document.getElementById("list").replaceChildren(...(words.length ? listFound(words) : listAll()));
}

document.getElementById("search").addEventListener("input", listed);
window.addEventListener("hashchange", shown);
listed();
shown();
