// The last events, live: server-sent events (HTML Standard, section 9.2) read by fetch, since an EventSource cannot send a token.

import { ask, Refused } from "./api.js";
import { byId, make, say, time } from "./dom.js";

const KEPT_MAX = 200;
const RETRY_MS = 1000;
const RETRY_MAX_MS = 30_000;
/** The node says something every ten seconds. */
const SILENCE_MAX_MS = 25_000;

export class Events {
  #list = byId("events");
  #state = byId("events-state");
  #last = "0";
  #stream = null;

  /** Reads until it is stopped; does nothing when it reads already. */
  start() {
    if (this.#stream !== null) return;
    this.#stream = new AbortController();
    this.#go(this.#stream.signal);
  }

  stop() {
    this.#stream?.abort();
    this.#stream = null;
  }

  /** Another process numbers its events anew. */
  restart() {
    this.stop();
    this.#last = "0";
    this.#list.replaceChildren();
    this.start();
  }

  async #go(signal) {
    let pauseMs = RETRY_MS;
    while (!signal.aborted) {
      try {
        const headers = { Accept: "text/event-stream", "Last-Event-ID": this.#last };
        const response = await ask("v1/events", { headers, signal, bounded: false });
        say(this.#state, "Live; the newest is first.");
        pauseMs = RETRY_MS;
        await this.#read(response.body.pipeThrough(new TextDecoderStream()).getReader(), signal);
      } catch (error) {
        if (signal.aborted) return;
        say(this.#state, "Interrupted: " + error.message);
        // The token is asked for elsewhere, and starts this again.
        if (error instanceof Refused && error.status === 401) return this.stop();
      }
      await new Promise((done) => setTimeout(done, pauseMs));
      pauseMs = Math.min(2 * pauseMs, RETRY_MAX_MS);
    }
  }

  async #read(reader, signal) {
    let rest = "";
    for (;;) {
      const { value, done } = await unlessSilent(reader);
      if (done || signal.aborted) return;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      this.#add(blocks.map(parsed).filter((event) => event.data));
    }
  }

  #add(events) {
    for (const { id, data } of events) {
      this.#last = id;
      this.#list.prepend(line(JSON.parse(data)));
    }
    while (this.#list.children.length > KEPT_MAX) this.#list.lastChild.remove();
  }
}

/** A connection may be dead without anybody having said so. */
async function unlessSilent(reader) {
  let timer;
  const silence = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("nothing was heard for a while")), SILENCE_MAX_MS);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } catch (error) {
    await reader.cancel().catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The fields of a block of lines. */
function parsed(block) {
  const fields = {};
  for (const text of block.split("\n")) {
    const colon = text.indexOf(": ");
    if (colon > 0) fields[text.slice(0, colon)] = text.slice(colon + 2);
  }
  return fields;
}

function line(event) {
  return make("li", {},
    make("time", { datetime: event.at }, time(event.at)),
    make("span", { class: "kind" }, event.kind),
    make("span", { class: "text" }, event.text));
}
