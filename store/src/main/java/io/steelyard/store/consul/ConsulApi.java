package io.steelyard.store.consul;

import io.steelyard.store.tree.StoreException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Calls of Consul's HTTP API. Asks the agent that answered last; when it does not, or knows no
 * leader, the others in turn. No message repeats the token. Any thread.
 */
final class ConsulApi {
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int TOO_LARGE = 413;
  private static final int TOO_MANY = 429;

  /** Of one answer; all keys come in one, 50 former documents and their Base64 among them. */
  private static final int ANSWER_BYTES_MAX = 48 << 20;

  /** Of what Consul says of an error. */
  private static final int SAID_CHARS_MAX = 200;

  /** The longest wait of the documentation's page "Blocking Queries". */
  private static final Duration WAIT_MAX = Duration.ofMinutes(10);

  /** By this part of a wait it may take longer, so that not all wake up at once. */
  private static final int JITTER = 16;

  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7E]+");

  private final ConsulOptions options;
  private final HttpClient http;
  private final String token;
  private volatile int agent;

  ConsulApi(ConsulOptions options, HttpClient http) {
    this.options = options;
    this.http = http;
    this.token = options.token().map(t -> new String(t.bytes(), StandardCharsets.UTF_8)).orElse("");
  }

  /**
   * What Consul answers.
   *
   * @param index that it is of; less than 0 where none is said, which is not for what was read
   * @param filtered whether something was left out that the token may not read
   */
  record Answer(boolean found, String text, long index, boolean filtered) {}

  /** A call; it is answered after {@code longest} at the latest, and the time-out. */
  private record Call(String method, String path, BodyPublisher body, Duration longest) {
    Call(String method, String path) {
      this(method, path, BodyPublishers.noBody(), Duration.ZERO);
    }
  }

  /** Reads one key. */
  Answer get(String key) throws StoreException, InterruptedException {
    return call(new Call("GET", kv(key) + "?consistent"));
  }

  /** Reads all keys that begin so. */
  Answer list(String prefix) throws StoreException, InterruptedException {
    return call(listing(prefix));
  }

  /**
   * Reads all keys that begin so once their index is higher than one that is known, or when the
   * time is over. When the first agent does not answer, another one is not waited for.
   *
   * @param index more than 0
   */
  Answer list(String prefix, long index, Duration atMost)
      throws StoreException, InterruptedException {
    Duration wait = atMost.compareTo(WAIT_MAX) > 0 ? WAIT_MAX : atMost;
    Call now = listing(prefix);
    String path = now.path() + "&index=" + index + "&wait=" + Math.max(1, wait.toMillis()) + "ms";
    return call(new Call("GET", path, now.body(), wait), now);
  }

  private static Call listing(String prefix) {
    return new Call("GET", kv(prefix) + "?recurse&consistent");
  }

  /** Sets a key under a condition; whether it was fulfilled. */
  boolean set(String key, String condition, byte[] value)
      throws StoreException, InterruptedException {
    BodyPublisher body = BodyPublishers.ofByteArray(value);
    return truth(call(new Call("PUT", kv(key) + "?" + condition, body, Duration.ZERO)));
  }

  /** Removes a key if its ModifyIndex is this one; whether it is gone. */
  boolean delete(String key, long modifyIndex) throws StoreException, InterruptedException {
    return truth(call(new Call("DELETE", kv(key) + "?cas=" + modifyIndex)));
  }

  /** Does something to sessions. */
  Answer session(String what, String body) throws StoreException, InterruptedException {
    return call(
        new Call("PUT", "/v1/session/" + what, BodyPublishers.ofString(body), Duration.ZERO));
  }

  private static String kv(String key) {
    StringBuilder path = new StringBuilder("/v1/kv/");
    for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '-' && b <= '9');
      path.append(plain || b == '_' ? "" + (char) b : "%%%02X".formatted(b));
    }
    return path.toString();
  }

  private static boolean truth(Answer answer) throws StoreException {
    return switch (answer.text().strip()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new StoreException("Consul answered neither true nor false");
    };
  }

  private Answer call(Call call) throws StoreException, InterruptedException {
    return call(call, call);
  }

  private Answer call(Call first, Call further) throws StoreException, InterruptedException {
    Elsewhere last = null;
    for (int tried = 0; tried < options.agents().size(); tried++) {
      int asked = agent;
      try {
        Call call = tried == 0 ? first : further;
        return answer(asked, call, send(asked, call));
      } catch (Elsewhere e) {
        last = e;
        leave(asked);
      }
    }
    throw last;
  }

  /** Another thread may have left it already. */
  private void leave(int left) {
    if (agent == left) {
      agent = (left + 1) % options.agents().size();
    }
  }

  private HttpResponse<byte[]> send(int asked, Call call)
      throws StoreException, InterruptedException {
    HttpRequest request = request(asked, call);
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
    Duration wait = call.longest();
    try {
      return answer.get(
          wait.plus(wait.dividedBy(JITTER)).plus(options.timeout()).toNanos(),
          TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new Elsewhere(late(asked), e);
    } catch (ExecutionException e) {
      throw failure(asked, e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private HttpRequest request(int asked, Call call) throws StoreException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(name(asked) + call.path()))
            .method(call.method(), call.body());
    if (!token.isEmpty()) {
      if (!TOKEN.matcher(token).matches()) {
        throw new StoreException(
            "the token for Consul has characters that no token has: expected the first line of"
                + " its file to be the SecretID");
      }
      request.header("X-Consul-Token", token);
    }
    return request.build();
  }

  private Answer answer(int asked, Call call, HttpResponse<byte[]> response) throws StoreException {
    int status = response.statusCode();
    String text = new String(response.body(), StandardCharsets.UTF_8);
    if (status != OK && status != NOT_FOUND) {
      throw failure(asked, status, said(text));
    }
    if (header(response, "X-Consul-KnownLeader").equals("false")) {
      throw new Elsewhere(name(asked) + " knows no leader", null);
    }
    long index = index(asked, header(response, "X-Consul-Index"));
    if (index < 0 && call.method().equals("GET")) {
      throw new Elsewhere(name(asked) + " answers without X-Consul-Index: is it Consul?", null);
    }
    return new Answer(
        status == OK,
        text,
        index,
        header(response, "X-Consul-Results-Filtered-By-ACLs").equals("true"));
  }

  private static String header(HttpResponse<byte[]> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** -1 for none. */
  private long index(int asked, String text) throws Elsewhere {
    try {
      return text.isEmpty() ? -1 : Math.max(0, Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new Elsewhere(name(asked) + " answers with an X-Consul-Index that is no number", e);
    }
  }

  private StoreException failure(int asked, int status, String said) {
    String who = name(asked);
    return switch (status) {
      case FORBIDDEN ->
          new StoreException(
              who
                  + (token.isEmpty() ? " wants a token (store.password): " : " refuses the token: ")
                  + said);
      case BAD_REQUEST, TOO_LARGE -> new StoreException(who + " refuses the request: " + said);
      case TOO_MANY -> new Elsewhere(who + " is asked too much: " + said, null);
      default ->
          said.contains("invalid session")
              ? new StoreException(who + ": the lease has run out: " + said)
              : new Elsewhere(who + " answers with status " + status + ": " + said, null);
    };
  }

  private StoreException failure(int asked, Throwable e) {
    return switch (e) {
      case ConnectException _ -> new Elsewhere(name(asked) + " cannot be connected to", e);
      case SSLException tls ->
          new Elsewhere(
              name(asked) + ": TLS failed (store.ca says who is believed): " + tls.getMessage(), e);
      case HttpTimeoutException _ -> new Elsewhere(late(asked), e);
      case IOException tooLong when isTooLong(tooLong) ->
          new StoreException(
              "%s answers with more than %d MiB".formatted(name(asked), ANSWER_BYTES_MAX >> 20), e);
      default -> {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        yield new Elsewhere(name(asked) + " failed: " + why, e);
      }
    };
  }

  /** As Java's limiting body handler says it. */
  private static boolean isTooLong(IOException e) {
    return String.valueOf(e.getMessage()).contains("exceeds capacity");
  }

  private String late(int asked) {
    return name(asked) + " does not answer within " + options.timeout().toMillis() + " ms";
  }

  /** One line of it, whatever it is; without the token. */
  private String said(String text) {
    String hidden = token.isEmpty() ? text : text.replace(token, "***");
    String line = hidden.strip().replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= SAID_CHARS_MAX ? line : line.substring(0, SAID_CHARS_MAX) + "...";
  }

  private String name(int asked) {
    return options.agents().get(asked);
  }

  /** This agent could not; another one may. */
  private static final class Elsewhere extends StoreException {
    private static final long serialVersionUID = 1L;

    Elsewhere(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
