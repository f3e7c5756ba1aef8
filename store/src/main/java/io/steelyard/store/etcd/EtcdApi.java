package io.steelyard.store.etcd;

import io.steelyard.store.tls.StoreTls;
import io.steelyard.store.tree.StoreException;
import io.steelyard.wire.json.JsonException;
import io.steelyard.wire.json.JsonReader;
import io.steelyard.wire.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Calls of etcd's API v3 in JSON, as its gRPC gateway takes them (etcd documentation, "Why gRPC
 * gateway"): 64-bit numbers are texts, keys and values Base64. Asks the member that answered last;
 * when it does not, the others in turn. Any thread.
 */
final class EtcdApi {
  /** What Java says of a connection that ends where an answer should come. */
  private static final Pattern BROKEN_OFF =
      Pattern.compile("received no bytes|Connection reset|Broken pipe|EOF|closed");

  /** Characters of a foreign answer that people are shown. */
  private static final int TOLD_MAX = 200;

  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final String AUTH_IS_OLD = "revision of auth store is old";

  /** gRPC status codes that another member may not share: CANCELLED, DEADLINE, UNAVAILABLE. */
  private static final List<Integer> TRY_ELSEWHERE = List.of(1, 4, 14);

  /** Of one answer; a page of keys is read at a time. */
  private static final int ANSWER_BYTES_MAX = 64 << 20;

  private final EtcdOptions options;
  private final HttpClient http;
  private volatile int member;
  private volatile String token = "";

  EtcdApi(EtcdOptions options, HttpClient http) {
    this.options = options;
    this.http = http;
  }

  /** Calls, and gives the answer; at each member within the time-out. */
  Map<String, Object> call(String path, String body) throws StoreException, InterruptedException {
    return ask(path, body).body();
  }

  /**
   * An answer.
   *
   * @param repeated whether another member was asked before, which may have done it without saying
   */
  record Answer(Map<String, Object> body, boolean repeated) {}

  /** Calls. */
  Answer ask(String path, String body) throws StoreException, InterruptedException {
    Elsewhere last = null;
    for (int tried = 0; tried < options.members().size(); tried++) {
      int asked = member;
      try {
        return new Answer(authorized(asked, path, body), tried > 0);
      } catch (Elsewhere e) {
        last = e;
        leave(asked);
      }
    }
    throw last;
  }

  /** Begins a call that is answered line by line; at one member, the next time at another one. */
  InputStream stream(String path, String body) throws StoreException, InterruptedException {
    int asked = member;
    try {
      return streamOf(asked, path, body);
    } catch (Elsewhere e) {
      leave(asked);
      throw e;
    }
  }

  private InputStream streamOf(int asked, String path, String body)
      throws StoreException, InterruptedException {
    authenticateFirst(asked);
    HttpResponse<InputStream> response = streamed(asked, path, body);
    if (options.user().isPresent() && response.statusCode() == UNAUTHORIZED) {
      closeQuietly(response.body());
      authenticate(asked);
      response = streamed(asked, path, body);
    }
    if (response.statusCode() == OK) {
      return response.body();
    }
    try (InputStream in = response.body()) {
      byte[] said = in.readNBytes(ANSWER_BYTES_MAX);
      throw failure(asked, response.statusCode(), new String(said, StandardCharsets.UTF_8));
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw new Elsewhere(name(asked) + " " + why(asked, e), e);
    }
  }

  private HttpResponse<InputStream> streamed(int asked, String path, String body)
      throws StoreException, InterruptedException {
    return await(asked, http.sendAsync(request(asked, path, body), BodyHandlers.ofInputStream()));
  }

  private static void closeQuietly(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      // Nothing more is wanted of it.
    }
  }

  /** Has the next call prove anew who asks: what it was given for that may have ended. */
  void forgetToken() {
    token = "";
  }

  /** The one that is asked next, by its place in the options. */
  int member() {
    return member;
  }

  /** Has the next call ask another member than this one. */
  void leave(int left) {
    if (member == left) {
      member = (left + 1) % options.members().size();
    }
  }

  private Map<String, Object> authorized(int asked, String path, String body)
      throws StoreException, InterruptedException {
    authenticateFirst(asked);
    HttpResponse<byte[]> response = send(asked, path, body);
    if (options.user().isPresent() && unauthorized(response)) {
      // A token lives for some minutes, and ends with the member that gave it.
      authenticate(asked);
      response = send(asked, path, body);
    }
    return answer(asked, response);
  }

  /** Also when users were changed since. */
  private static boolean unauthorized(HttpResponse<byte[]> response) {
    return response.statusCode() == UNAUTHORIZED
        || (response.statusCode() == BAD_REQUEST
            && new String(response.body(), StandardCharsets.UTF_8).contains(AUTH_IS_OLD));
  }

  private void authenticateFirst(int asked) throws StoreException, InterruptedException {
    if (options.user().isPresent() && token.isEmpty()) {
      authenticate(asked);
    }
  }

  private void authenticate(int asked) throws StoreException, InterruptedException {
    EtcdOptions.User user = options.user().orElseThrow();
    token = "";
    String body = JsonWriter.text(Map.of("name", user.name(), "password", user.password()));
    token = EtcdJson.text(answer(asked, send(asked, "/v3/auth/authenticate", body)), "token");
  }

  private HttpResponse<byte[]> send(int asked, String path, String body)
      throws StoreException, InterruptedException {
    return await(
        asked,
        http.sendAsync(
            request(asked, path, body),
            BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX)));
  }

  private HttpRequest request(int asked, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(name(asked) + path)).POST(BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", token);
    }
    return request.build();
  }

  private <T> T await(int asked, CompletableFuture<T> answer)
      throws Elsewhere, InterruptedException {
    try {
      return answer.get(options.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      String why = " does not answer within " + options.timeout().toMillis() + " ms";
      throw new Elsewhere(name(asked) + why, e);
    } catch (ExecutionException e) {
      throw new Elsewhere(name(asked) + " " + why(asked, e.getCause()), e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private Map<String, Object> answer(int asked, HttpResponse<byte[]> response)
      throws StoreException {
    String text = new String(response.body(), StandardCharsets.UTF_8);
    if (response.statusCode() != OK) {
      throw failure(asked, response.statusCode(), text);
    }
    try {
      return EtcdJson.object(JsonReader.read(text));
    } catch (JsonException e) {
      throw new Elsewhere(name(asked) + " answers no JSON: " + e.getMessage(), e);
    }
  }

  private StoreException failure(int asked, int status, String text) {
    try {
      Map<String, Object> error = EtcdJson.object(JsonReader.read(text));
      String why = name(asked) + ": " + EtcdJson.text(error, "error");
      return TRY_ELSEWHERE.contains((int) EtcdJson.number(error, "code"))
          ? new Elsewhere(why, null)
          : new StoreException(why);
    } catch (JsonException | StoreException e) {
      return new Elsewhere(name(asked) + " answers with status " + status + ": " + told(text), e);
    }
  }

  /** What is no error of etcd's own may be its gateway's, in plain words. */
  private static String told(String text) {
    if (text.contains("CommonName of client")) {
      return "where users have passwords, etcd's gateway takes no client certificate with a CN:"
          + " give this node one whose subject has none, such as '/O=lb1'";
    }
    String line = text.strip().replaceAll("\\p{Cntrl}+", " ");
    if (line.isEmpty() || line.startsWith("<")) {
      return "is it etcd?";
    }
    return line.length() > TOLD_MAX ? line.substring(0, TOLD_MAX) + "..." : line;
  }

  private String name(int asked) {
    return options.members().get(asked);
  }

  /** Connection errors have no message of their own in Java's client. */
  private String why(int asked, Throwable e) {
    Optional<String> tls = StoreTls.defect(e);
    if (tls.isPresent()) {
      return tls.get();
    }
    if (name(asked).startsWith("https:")
        && BROKEN_OFF.matcher(String.valueOf(e.getMessage())).find()) {
      // With TLS 1.3 its refusal comes after the handshake, and may be lost with the connection.
      return "broke off without an answer; if it does so again and again, it " + StoreTls.REFUSES;
    }
    return e instanceof java.net.ConnectException
        ? "cannot be connected to"
        : "failed: " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
  }

  /** This member could not; another one may. */
  private static final class Elsewhere extends StoreException {
    private static final long serialVersionUID = 1L;

    Elsewhere(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
