// Pools with their servers. Only the servers of open pools are in the document, and of a very large pool only some.

import { byId, Keyed, latency, make, mark, rate, say, Table, twoLines } from "./dom.js";
import { Sparkline } from "./rates.js";
import { askForWish } from "./wish.js";

/** A larger pool is closed at first. */
const OPEN_SERVERS_MAX = 20;
/** Of all pools that are opened by themselves. */
const OPEN_ROWS_MAX = 200;
/** Of one pool. */
const ROWS_MAX = 200;

const WISHES = ["serve", "drain", "maintenance"];

/** A word for how it stands, and why. */
function standing(server) {
  const check = server.last_check;
  if (server.health === "down") return { word: "✕ down", kind: "bad", why: check?.result ?? "" };
  if (server.ejected) return { word: "✕ ejected", kind: "bad", why: "its traffic failed" };
  if (server.held) return { word: "◌ held", kind: "warn", why: "up, but has flipped too often" };
  if (server.health === "unknown") return { word: "◌ unknown", kind: "warn", why: check?.result ?? "awaits its first check" };
  const word = server.health === "up" ? "✓ up" : "– unchecked";
  if (server.wish === "serve" && server.asked !== "serve") return { word, kind: "warn", why: "its agent asks for " + server.asked };
  return { word, kind: server.health === "up" ? "good" : "", why: check && !check.passed ? check.result : "" };
}

function columns(pool) {
  return [
    {
      label: "Server",
      make: twoLines.make,
      cell: (th, s) => twoLines.say(th, s.name,
        (s.name === s.address ? "" : s.address) + (s.backup ? " backup" : "") + (s.zone ? " zone " + s.zone : "")),
    },
    {
      label: "State",
      make: twoLines.make,
      cell: (td, s) => {
        const { word, kind, why } = standing(s);
        twoLines.say(td, word, why, kind);
      },
    },
    { label: "Wish", cell: (td, s) => (say(td, s.wish), mark(td, "class", s.wish === "serve" ? "" : "warn")) },
    {
      label: "Weight", number: true, make: twoLines.make,
      cell: (td, s) => twoLines.say(td, s.effective_weight, s.weight === s.configured_weight ? "" : "set to " + s.weight),
    },
    {
      label: "In flight", number: true,
      cell: (td, s) => say(td, s.max_connections ? `${s.in_flight} of ${s.max_connections}` : s.in_flight),
    },
    { label: "Requests/s", number: true, cell: (td, s) => say(td, rate(s.rate)) },
    {
      label: "Errors/s", number: true, make: (td) => td.append(make("span")),
      cell: (td, s) => (say(td.firstChild, rate(s.errorRate)), mark(td.firstChild, "class", s.errorRate > 0 ? "bad" : "")),
    },
    { label: "Latency", number: true, cell: (td, s) => say(td, latency(s.latency_seconds)) },
    { label: "Sessions", number: true, cell: (td, s) => say(td, s.sessions ?? "–") },
    { label: "Wanted", wide: true, make: (td, s) => td.append(wishes(pool, s.name)), cell: pressed },
  ];
}

function wishes(pool, server) {
  const buttons = WISHES.map((wish) => {
    const button = make("button", { type: "button", "data-wish": wish, "aria-label": `${wish} ${server} of ${pool}` }, wish);
    button.addEventListener("click", () => askForWish(pool, server, wish));
    return button;
  });
  return make("div", { class: "buttons", role: "group", "aria-label": "Wanted of " + server }, ...buttons);
}

function pressed(td, server) {
  for (const button of td.firstChild.children) mark(button, "aria-pressed", String(button.dataset.wish === server.wish));
}

const troubled = (server) => !server.takes_new || server.health === "down" || server.errorRate > 0;

/** One pool: a line that is always there, and a table while it is open. */
class PoolView {
  #name;
  #facts = ["up", "rate", "errors", "flight"].map((name) => make("span", { class: name }));
  #title = make("span");
  #kind = make("span", { class: "soft" });
  #spark = new Sparkline();
  #note = make("p", { class: "note hint" });
  #table = null;
  #servers = [];

  constructor(pool) {
    this.#name = pool.name;
    this.element = make("details", { class: "pool" },
      make("summary", {}, make("span", { class: "name" }, this.#title, " ", this.#kind), ...this.#facts, this.#spark.element),
      this.#note);
    this.element.dataset.pool = pool.name;
    this.element.addEventListener("toggle", () => this.#rows());
  }

  update(pool) {
    this.pool = pool;
    const [up, requests, errors, flight] = this.#facts;
    const takes = pool.servers.filter((s) => s.takes_new).length;
    say(this.#title, pool.name);
    say(this.#kind, pool.balance);
    say(up, `${takes} of ${pool.servers.length} serve`);
    mark(up, "class", takes === pool.servers.length ? "good" : takes === 0 ? "bad" : "warn");
    say(requests, rate(pool.rate) + " req/s");
    say(errors, rate(pool.errorRate) + " errors/s");
    mark(errors, "class", pool.errorRate > 0 ? "bad" : "soft");
    say(flight, `${pool.in_flight} in flight` + (pool.waiting ? `, ${pool.waiting} wait` : ""));
    if (pool.fresh) this.#spark.add(pool.rate);
    this.#servers = pool.shown;
    this.#tell(pool);
    this.#rows();
  }

  #tell(pool) {
    const notes = [];
    if (pool.panic) notes.push("Panic: too few servers are up, so health does not count.");
    if (pool.discovery?.error) notes.push(`Discovery from ${pool.discovery.from} fails: ${pool.discovery.error}.`);
    if (pool.retrying) notes.push(`Requests that are being retried: ${pool.retrying}.`);
    if (pool.shown.length < pool.servers.length) notes.push(`${pool.shown.length} of ${pool.servers.length} servers match the filter.`);
    if (pool.shown.length > ROWS_MAX) notes.push(`${ROWS_MAX} are shown, those in trouble first: a filter shows others.`);
    say(this.#note, notes.join(" "));
    this.#note.hidden = notes.length === 0;
  }

  #rows() {
    if (!this.element.open) {
      this.#table?.element.remove();
      this.#table = null;
      return;
    }
    if (this.#table === null) {
      this.#table = new Table("Servers of " + this.#name, columns(this.#name));
      this.element.append(this.#table.element);
    }
    this.#table.show(few(this.#servers), (server) => server.name);
  }
}

/** As configured, or, if there are too many, those in trouble first. */
function few(servers) {
  if (servers.length <= ROWS_MAX) return servers;
  const first = servers.filter(troubled).slice(0, ROWS_MAX);
  const others = servers.filter((server) => !troubled(server));
  return first.concat(others.slice(0, ROWS_MAX - first.length));
}

export class Pools {
  #filter = byId("filter");
  #pools = [];
  #opened = 0;
  #seen = new Set();
  #views = new Keyed(byId("pools"), (pool) => this.#create(pool));

  constructor() {
    this.#filter.addEventListener("input", () => this.#filtered());
  }

  /** `sessions` by pool and server. */
  show(pools, sessions) {
    for (const pool of pools) {
      for (const server of pool.servers) server.sessions = sessions?.[pool.name]?.[server.name];
    }
    this.#pools = pools;
    this.#draw();
    for (const pool of pools) pool.fresh = false;
  }

  #create(pool) {
    const view = new PoolView(pool);
    const rows = pool.servers.length;
    if (!this.#seen.has(pool.name) && rows <= OPEN_SERVERS_MAX && this.#opened + rows <= OPEN_ROWS_MAX) {
      this.#opened += rows;
      view.element.open = true;
    }
    this.#seen.add(pool.name);
    return view;
  }

  #filtered() {
    this.#draw();
    if (this.#filter.value.trim() === "") return;
    let rows = 0;
    for (const view of this.#views.values()) {
      if (view.element.hidden) continue;
      const { shown } = view.pool;
      rows += shown.length;
      if (shown.length <= OPEN_SERVERS_MAX && rows <= OPEN_ROWS_MAX) view.element.open = true;
    }
  }

  #draw() {
    const wanted = this.#filter.value.trim().toLowerCase();
    const has = (text) => text.toLowerCase().includes(wanted);
    const shown = this.#pools.filter((pool) => {
      pool.shown = wanted === "" || has(pool.name) ? pool.servers : pool.servers.filter((s) => has(s.name) || has(s.address));
      return wanted === "" || has(pool.name) || pool.shown.length > 0;
    });
    const none = byId("pools-none");
    none.hidden = shown.length > 0;
    say(none, this.#pools.length === 0 ? "There are no pools." : "Nothing matches the filter.");
    // Those that do not match are hidden: whether they are open, and their lines, are kept.
    const matching = new Set(shown);
    this.#views.show(this.#pools, (pool) => pool.name);
    for (const view of this.#views.values()) view.element.hidden = !matching.has(view.pool);
  }
}
