// The node itself, the other nodes, the virtual addresses, the revisions.

import { json, Refused } from "./api.js";
import { byId, dateAndTime, duration, Keyed, make, mark, rate, say, Table, twoLines } from "./dom.js";

const REVISIONS_MAX = 20;

const facts = new Keyed(byId("node"), ([label]) => {
  const value = make("dd");
  const element = make("div", {}, make("dt", {}, label), value);
  return { element, update: ([, text]) => say(value, text) };
});

const troubles = new Keyed(byId("troubles"), () => {
  const element = make("li");
  return { element, update: (text) => say(element, text) };
});

const nodes = framed("nodes", new Table("Nodes of the cluster", [
  { label: "Node", make: twoLines.make, cell: (th, n) => twoLines.say(th, n.node, n.address ?? "this node") },
  {
    label: "State", make: twoLines.make,
    cell: (td, n) => twoLines.say(td, n.state, n.presence === "self" ? "" : presence(n),
      n.presence === "self" || n.presence === "heard" ? "good" : "bad"),
  },
  { label: "Version", cell: (td, n) => say(td, n.version) },
  { label: "Configuration", make: twoLines.make, cell: (td, n) => twoLines.say(td, n.configuration ?? "–", refusal(n)) },
  { label: "Connections", number: true, cell: (td, n) => say(td, n.connections) },
  { label: "Requests/s", number: true, cell: (td, n) => say(td, rate(n.requests_per_second)) },
  { label: "Owns", cell: (td, n) => say(td, n.owns.join(", ") || "–") },
]));

const vips = framed("vips", new Table("Virtual addresses", [
  { label: "Name", make: twoLines.make, cell: (th, v) => twoLines.say(th, v.vip, v.addresses.join(", ")) },
  {
    label: "Here", make: twoLines.make,
    cell: (td, v) => twoLines.say(td, v.role, v.why ?? "", v.role === "owner" || v.role === "every" ? "good" : v.role === "out" ? "warn" : ""),
  },
  { label: "Owner", cell: (td, v) => say(td, v.owner ?? "unknown") },
  { label: "Priority", number: true, cell: (td, v) => say(td, v.priority) },
  { label: "Since", number: true, cell: (td, v) => say(td, duration(v.since_seconds)) },
  { label: "Transitions", number: true, cell: (td, v) => say(td, v.transitions) },
]));

const revisions = framed("revisions", new Table("Revisions of the configuration", [
  { label: "Revision", cell: (th, r) => say(th, r.revision) },
  { label: "When", cell: (td, r) => say(td, dateAndTime(r.at)) },
  { label: "Who", cell: (td, r) => say(td, r.who) },
  { label: "What", wide: true, make: twoLines.make, cell: (td, r) => twoLines.say(td, r.what, r.forced ? "forced" : "") },
  { label: "State", make: twoLines.make, cell: (td, r) => twoLines.say(td, r.state, r.outcome ?? "") },
]));

function framed(id, table) {
  byId(id).append(table.element);
  return table;
}

const presence = (n) => (n.presence === "heard" ? "" : n.presence + ", ") + `heard ${n.silent_seconds.toFixed(1)} s ago` + (n.hears_us ? "" : ", does not hear this node");

const refusal = (n) => (n.refused ? `refused ${n.refused}: ${[n.why ?? ""].flat().join(" ")}` : "");

export function showNode(status) {
  const state = byId("state");
  say(byId("title"), status.node);
  document.title = `${status.node} – Steelyard`;
  say(state, status.state);
  mark(state, "class", "badge " + (status.state === "ready" ? "good" : "warn"));
  facts.show(nodeFacts(status), ([label]) => label);
  const lines = troubleLines(status);
  byId("troubles").hidden = lines.length === 0;
  troubles.show(lines, (text) => text);
  showCluster(status);
}

function nodeFacts(status) {
  const reload = status.last_reload;
  const shared = status.shared_configuration;
  const all = [
    ["Version", status.version],
    ["Process", status.pid],
    ["Up for", duration(status.uptime_seconds)],
    ["Revision", status.revision],
    ["Transport", `${status.transport}, ${status.loops} ${status.loops === 1 ? "loop" : "loops"}`],
    ["Last reload", reload ? (reload.successful ? "good, " : "refused, ") + dateAndTime(reload.at) : "none"],
    ["Sharing of sessions", status.cluster],
    ["Listeners", status.listeners.map((l) => `${l.name} ${l.address} (${l.protocol})`).join(", ")],
  ];
  if (shared) all.push(["Configuration from", shared.from + (shared.reachable ? "" : " (not reachable)")]);
  return all;
}

/** What an operator should look at, each once. */
function troubleLines(status) {
  const lines = [...status.troubles];
  if (status.last_reload && !status.last_reload.successful) lines.push("The last configuration was refused: " + status.last_reload.error);
  const shared = status.shared_configuration;
  if (shared) {
    if (!shared.reachable) lines.push(`${shared.from} cannot be reached: ${shared.away}`);
    lines.push(...[shared.errors ?? []].flat());
  }
  return [...new Set(lines.map(String).filter(Boolean))];
}

function showCluster(status) {
  const told = new Map((status.shared_configuration?.nodes ?? []).map((n) => [n.node, n]));
  byId("nodes-section").hidden = status.nodes.length === 0;
  byId("vips-section").hidden = status.vips.length === 0;
  nodes.show(status.nodes.map((n) => ({ ...told.get(n.node), ...n })), (n) => n.node);
  vips.show(status.vips, (v) => v.vip);
}

let kept = true;

/** Another process may keep what the one before did not. */
export function askForRevisionsAgain() {
  kept = true;
}

export async function showRevisions() {
  if (!kept) return;
  try {
    const all = (await json("v1/config/revisions")).revisions;
    say(byId("revisions-none"), all.length === 0 ? "Nothing has been changed yet through the API." : "");
    byId("revisions").hidden = all.length === 0;
    revisions.show(all.sort((a, b) => b.revision - a.revision).slice(0, REVISIONS_MAX), (r) => r.revision);
  } catch (error) {
    if (error instanceof Refused && error.status === 401) throw error;
    kept = !(error instanceof Refused && (error.status === 404 || error.status === 409));
    say(byId("revisions-none"), kept ? error.message : "Not kept here. " + error.message);
    byId("revisions").hidden = true;
  }
}
