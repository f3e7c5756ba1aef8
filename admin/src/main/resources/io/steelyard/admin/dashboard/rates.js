// Rates are what two looks at a counter differ by. Everything here is bounded by what there is in the status.

import { makeSvg, mark } from "./dom.js";

const POINTS_MAX = 120;
/** Two looks that are closer say nothing: a single request would be a hundred per second. */
const SECONDS_MIN = 1;

/** Of every server: tries per second, and those that failed. */
export class Rates {
  #last = new Map();
  #pid = null;
  #uptime = 0;
  #said = new Map();

  /**
   * Adds `rate` and `errorRate` to pools and servers of a status, and `fresh` to pools whose rate is another look's; null where
   * nothing can be said yet. By the node's own clock: an answer may have been long on its way.
   */
  add(status) {
    const next = new Map();
    const seconds = status.uptime_seconds - this.#uptime;
    const same = this.#pid === status.pid && seconds >= 0;
    if (same && seconds < SECONDS_MIN) {
      this.#repeat(status);
      return;
    }
    for (const pool of status.pools) {
      pool.rate = null;
      pool.errorRate = null;
      for (const server of pool.servers) {
        const key = JSON.stringify([pool.name, server.name]);
        const before = same ? this.#last.get(key) : undefined;
        const now = { ended: server.tries, failed: server.tries_failed };
        next.set(key, now);
        const known = before && seconds > 0 && now.ended >= before.ended && now.failed >= before.failed;
        server.rate = known ? (now.ended - before.ended) / seconds : null;
        server.errorRate = known ? (now.failed - before.failed) / seconds : null;
        if (known) {
          pool.rate = (pool.rate ?? 0) + server.rate;
          pool.errorRate = (pool.errorRate ?? 0) + server.errorRate;
        }
      }
    }
    this.#last = next;
    this.#pid = status.pid;
    this.#uptime = status.uptime_seconds;
    this.#remember(status);
  }

  #remember(status) {
    this.#said = new Map();
    for (const pool of status.pools) {
      pool.fresh = true;
      this.#said.set(pool.name, pool);
    }
  }

  /** What was said of them before. */
  #repeat(status) {
    for (const pool of status.pools) {
      const before = this.#said.get(pool.name);
      const servers = new Map(before?.servers.map((server) => [server.name, server]));
      pool.fresh = false;
      pool.rate = before?.rate ?? null;
      pool.errorRate = before?.errorRate ?? null;
      for (const server of pool.servers) {
        server.rate = servers.get(server.name)?.rate ?? null;
        server.errorRate = servers.get(server.name)?.errorRate ?? null;
      }
    }
  }
}

/** The last points of one rate as a line; the highest of them touches the top. */
export class Sparkline {
  #points = [];
  #line = makeSvg("polyline");

  constructor() {
    this.element = makeSvg("svg",
      { class: "spark", viewBox: `0 0 ${POINTS_MAX - 1} 28`, preserveAspectRatio: "none", role: "img" }, this.#line);
  }

  add(rate) {
    if (rate === null) return;
    this.#points.push(rate);
    if (this.#points.length > POINTS_MAX) this.#points.shift();
    const top = Math.max(...this.#points);
    const first = POINTS_MAX - this.#points.length;
    const y = (value) => (top === 0 ? 27 : 27 - (26 * value) / top).toFixed(1);
    this.#line.setAttribute("points", this.#points.map((value, i) => `${first + i},${y(value)}`).join(" "));
    mark(this.element, "aria-label", `requests per second lately, ${top.toFixed(1)} at most`);
  }
}
