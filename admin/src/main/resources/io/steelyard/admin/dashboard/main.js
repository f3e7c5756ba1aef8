// Asks how the node stands, again and again while somebody may be looking, and has it shown.

import { json, Refused, token } from "./api.js";
import { byId, say, time } from "./dom.js";
import { Events } from "./events.js";
import { askForRevisionsAgain, showNode, showRevisions } from "./node.js";
import { Pools } from "./pools.js";
import { Rates } from "./rates.js";
import { onChange } from "./wish.js";

const POLL_MS = 1500;
const BACK_OFF_MAX_MS = 30_000;
/** What changes seldom, or costs the node more. */
const SELDOM_MS = 10_000;
/** Of the time, at most a quarter goes into asking and drawing, however large the configuration. */
const SHARE = 3;

const rates = new Rates();
const pools = new Pools();
const events = new Events();

let timer = 0;
let asking = false;
let again = false;
let failures = 0;
let awaySince = null;
let seldomAtMs = -Infinity;
let sessions = null;
let pid = null;
let uptime = 0;

async function poll() {
  clearTimeout(timer);
  again = asking;
  if (asking) return;
  asking = true;
  const startMs = performance.now();
  try {
    const status = await json("v1/status");
    rates.add(status);
    noticeProcess(status);
    reached();
    show(status);
    await seldom(startMs);
    next(Math.max(POLL_MS, SHARE * (performance.now() - startMs)));
  } catch (error) {
    failed(error);
  } finally {
    asking = false;
    if (again) poll();
  }
}

function next(delayMs) {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(poll, delayMs);
}

function show(status) {
  showNode(status);
  pools.show(status.pools, sessions);
  byId("main").hidden = false;
}

async function seldom(nowMs) {
  if (nowMs - seldomAtMs < SELDOM_MS) return;
  seldomAtMs = nowMs;
  sessions = await bySessions();
  await showRevisions();
}

/** Null when it cannot be said: nothing else depends on it. */
async function bySessions() {
  try {
    return (await json("v1/sessions")).pools;
  } catch (error) {
    if (error.status === 401) throw error;
    return null;
  }
}

/** In a container each process may have the same number: it is young, then. */
function noticeProcess(status) {
  if (pid !== null && (pid !== status.pid || status.uptime_seconds < uptime)) {
    askForRevisionsAgain();
    seldomAtMs = -Infinity;
    events.restart();
  }
  pid = status.pid;
  uptime = status.uptime_seconds;
}

function reached() {
  failures = 0;
  awaySince = null;
  say(byId("banner"), "");
  byId("main").classList.remove("stale");
  byId("token-form").hidden = true;
  say(byId("token-why"), "");
  if (!document.hidden) events.start();
}

function failed(error) {
  byId("main").classList.add("stale");
  if (error instanceof Refused && error.status === 401) {
    askForToken(error.message);
    return;
  }
  next(Math.min(POLL_MS * 2 ** failures++, BACK_OFF_MAX_MS));
  // A fault of this page is no fault of the node's: it belongs into the console.
  if (!(error instanceof Refused)) throw error;
  awaySince ??= new Date();
  const why = error.message.replace(/\.$/, "");
  say(byId("banner"), `Not reachable since ${time(awaySince)}: ${why}. What is shown is from before; it is tried again.`);
}

/** Nothing is asked until there is another one: each failure is accounted for by the node. */
function askForToken(why) {
  events.stop();
  token.forget();
  say(byId("token-why"), why);
  say(byId("banner"), "");
  byId("token-form").hidden = false;
  byId("token").focus();
}

byId("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("token").value.trim();
  byId("token").value = "";
  if (!token.possible(text)) {
    say(byId("token-why"), "A token has no such characters.");
    return;
  }
  token.use(text);
  poll();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    clearTimeout(timer);
    events.stop();
  } else if (byId("token-form").hidden) {
    poll();
  }
});

onChange(poll);
poll();
