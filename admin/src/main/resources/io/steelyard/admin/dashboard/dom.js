// Elements are made and kept, so that focus, selection and scrolling survive an update. What comes from the node
// becomes text only, never markup.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** An element with attributes and children; a child may be text. */
export function make(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function makeSvg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Touches the document only when there is something else to say. */
export function say(element, text) {
  const next = String(text);
  if (element.textContent !== next) element.textContent = next;
}

export function mark(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Lets a parent have one child per item, in their order: made once per key, updated each time, removed when its item is gone.
 * `create(item)` returns an object with `element` and `update(item)`.
 */
export class Keyed {
  #parent;
  #create;
  #parts = new Map();

  constructor(parent, create) {
    this.#parent = parent;
    this.#create = create;
  }

  show(items, keyOf) {
    const next = new Map();
    for (const item of items) {
      const key = keyOf(item);
      next.set(key, this.#parts.get(key) ?? this.#create(item));
    }
    for (const [key, part] of this.#parts) if (!next.has(key)) part.element.remove();
    this.#parts = next;
    let at = this.#parent.firstChild;
    for (const item of items) {
      const part = next.get(keyOf(item));
      if (part.element === at) at = at.nextSibling;
      else this.#parent.insertBefore(part.element, at);
      part.update(item);
    }
  }

  values() {
    return this.#parts.values();
  }
}

/**
 * A table with a caption and one row per item. A column is {label, number, wide, cell(td, item), make(td, item)}; the
 * first one is the row's header. Roles are given, because narrow screens show rows as cards.
 */
export class Table {
  #columns;
  #rows;

  constructor(caption, columns) {
    this.#columns = columns;
    const heads = columns.map((c) =>
      make("th", { scope: "col", role: "columnheader", class: c.number ? "number" : "" }, c.label));
    const body = make("tbody", { role: "rowgroup" });
    this.element = make("table", { role: "table" },
      make("caption", {}, caption),
      make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...heads)),
      body);
    this.#rows = new Keyed(body, (item) => this.#row(item));
  }

  show(items, keyOf) {
    this.#rows.show(items, keyOf);
  }

  #row(first) {
    const cells = this.#columns.map((column, i) => {
      const cell = i === 0
        ? make("th", { scope: "row", role: "rowheader" })
        : make("td", { role: "cell", "data-label": column.label, class: (column.number ? "number" : "") + (column.wide ? " wide" : "") });
      column.make?.(cell, first);
      return cell;
    });
    const element = make("tr", { role: "row" }, ...cells);
    return { element, update: (item) => this.#columns.forEach((column, i) => column.cell(cells[i], item)) };
  }
}

/** A cell of two lines: the second is smaller, and may be empty. */
export const twoLines = {
  make: (cell) => cell.append(make("span"), make("span", { class: "under" })),
  say(cell, first, second, kind = "") {
    say(cell.firstChild, first);
    mark(cell.firstChild, "class", kind);
    say(cell.lastChild, second);
  },
};

export function duration(seconds) {
  const s = Math.floor(seconds);
  if (s < 60) return s + " s";
  if (s < 3600) return Math.floor(s / 60) + " min " + (s % 60) + " s";
  if (s < 86400) return Math.floor(s / 3600) + " h " + Math.floor((s % 3600) / 60) + " min";
  return Math.floor(s / 86400) + " d " + Math.floor((s % 86400) / 3600) + " h";
}

export function latency(seconds) {
  if (!seconds) return "–";
  if (seconds < 0.001) return (seconds * 1e6).toFixed(0) + " µs";
  return seconds < 1 ? (seconds * 1000).toFixed(1) + " ms" : seconds.toFixed(2) + " s";
}

export const time = (instant) => new Date(instant).toLocaleTimeString([], { hour12: false });

export const dateAndTime = (instant) => new Date(instant).toLocaleString([], { hour12: false });

export function rate(perSecond) {
  if (perSecond === null) return "–";
  return perSecond < 100 ? perSecond.toFixed(1) : Math.round(perSecond).toString();
}
