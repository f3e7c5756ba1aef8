// Asks the admin API. The token is kept by this tab, in sessionStorage, and goes nowhere but into the Authorization field.

const TOKEN = "steelyard.token";
const TIMEOUT_MS = 10_000;

/** The node's answer was no, and `message` is its own detail; or there was no answer, and `status` is 0. */
export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

export const token = {
  given: () => sessionStorage.getItem(TOKEN),
  use: (text) => sessionStorage.setItem(TOKEN, text),
  forget: () => sessionStorage.removeItem(TOKEN),
  // Others cannot stand in a header field.
  possible: (text) => /^[\x21-\x7e\xa1-\xff]+$/.test(text),
};

/** The response, if it is one of 2xx; `bounded` unless it is a stream. */
export async function ask(path, { method = "GET", headers = {}, body, signal, bounded = true } = {}) {
  const all = { Accept: "application/json", ...headers };
  if (token.given()) all.Authorization = "Bearer " + token.given();
  const response = await answered(fetch(path, {
    method,
    headers: all,
    body,
    cache: "no-store",
    credentials: "same-origin",
    redirect: "error",
    signal: signal ?? (bounded ? AbortSignal.timeout(TIMEOUT_MS) : undefined),
  }));
  if (!response.ok) throw new Refused(response.status, await detail(response));
  return response;
}

export const json = async (path) => answered((await ask(path)).json());

async function answered(promise) {
  try {
    return await promise;
  } catch {
    throw new Refused(0, "no answer");
  }
}

/** Errors are problem documents (RFC 9457), unless something between here and the node made them. */
async function detail(response) {
  try {
    const problem = await response.json();
    return problem.detail ?? problem.title ?? "HTTP " + response.status;
  } catch {
    return "HTTP " + response.status;
  }
}

export const serverPath = (pool, server) =>
  `v1/pools/${encodeURIComponent(pool)}/servers/${encodeURIComponent(server)}`;
