// Asks whether a server is really to be drained, and has it done. The change depends on the server being as it was read when the
// question was put: two operators do not overwrite each other unseen.

import { ask, serverPath } from "./api.js";
import { byId, say } from "./dom.js";

const WHAT = {
  serve: "It takes new work again.",
  drain: "It takes nothing new, but goes on with what it has and with the sessions that stick to it.",
  maintenance: "It takes nothing at all; sessions that stick to it move to other servers.",
};

let pending = null;
let changed = () => {};

/** Calls `then` after each change. */
export function onChange(then) {
  changed = then;
}

export function askForWish(pool, server, wish) {
  pending = { pool, server, wish, tag: read(pool, server) };
  say(byId("confirm-heading"), `${wish} ${server} of ${pool}?`);
  say(byId("confirm-text"), WHAT[wish]);
  say(byId("confirm-why"), "");
  say(byId("confirm-yes"), wish);
  byId("confirm-yes").disabled = false;
  byId("confirm").showModal();
}

/** Its tag now; a failure is told when it is needed. */
function read(pool, server) {
  const tag = ask(serverPath(pool, server)).then(async (response) => {
    await response.text();
    return response.headers.get("ETag");
  });
  tag.catch(() => {});
  return tag;
}

async function change(asked) {
  const response = await ask(serverPath(asked.pool, asked.server), {
    method: "PATCH",
    headers: { "If-Match": await asked.tag, "Content-Type": "application/json" },
    body: JSON.stringify({ wish: asked.wish }),
  });
  // To its end, so that the connection can be used again.
  await response.text();
}

async function confirmed() {
  const asked = pending;
  byId("confirm-yes").disabled = true;
  say(byId("confirm-why"), "");
  try {
    await change(asked);
    if (pending === asked) byId("confirm").close();
    changed();
  } catch (error) {
    if (pending !== asked) return;
    say(byId("confirm-why"), error.message);
    // Who confirms again, having read why, means the server as it is now.
    asked.tag = read(asked.pool, asked.server);
    byId("confirm-yes").disabled = false;
  }
}

byId("confirm-yes").addEventListener("click", confirmed);
byId("confirm-no").addEventListener("click", () => byId("confirm").close());
byId("confirm").addEventListener("close", () => (pending = null));
