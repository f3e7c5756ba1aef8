package io.steelyard.control.discovery.source;

import io.steelyard.config.Address;
import io.steelyard.config.DiscoverConfig.Limits;
import io.steelyard.config.DiscoverConfig.Source;
import io.steelyard.config.Secret;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.discovery.Answer;
import io.steelyard.control.discovery.Answer.Unclear;
import io.steelyard.control.discovery.ServerSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The instances of a service that pass their checks, by Consul's health catalogue: each question
 * waits at the agent until something has changed (a blocking query).
 */
final class ConsulSource implements ServerSource {
  /** Of an answer: 10,000 instances have 10 MB. */
  private static final int ANSWER_BYTES_MAX = 32 << 20;

  /** Consul waits ten minutes at most, and a sixteenth of the time longer. */
  private static final Duration WAIT_MAX = Duration.ofMinutes(10);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /** For an answer that is due. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

  /** Changes that are taken at once; then one in each {@code interval-min}. */
  private static final int BURST = 5;

  /** Until names that were not known are looked up again. */
  private static final Duration UNKNOWN_AGAIN = Duration.ofSeconds(5);

  private static final int WRONG_CHARS_MAX = 200;

  private final Source.Consul consul;
  private final Limits limits;
  private final HttpClient client;
  private final TokenBucket bucket;
  private final ConsulIndex index = new ConsulIndex();

  private ConsulSource(Source.Consul consul, Limits limits) {
    this.consul = consul;
    this.limits = limits;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    this.bucket = new TokenBucket(BURST, limits.intervalMin().toNanos(), System.nanoTime());
  }

  static ServerSource of(Source.Consul consul, Limits limits) {
    return new ConsulSource(consul, limits);
  }

  @Override
  public Answer ask() throws InterruptedException {
    Thread.sleep(Duration.ofNanos(bucket.takeNs(System.nanoTime())));
    try {
      return answer(response());
    } catch (ConsulHealth.Malformed | IOException e) {
      index.reset();
      return failed(e.getMessage() == null ? "cannot be connected to" : e.getMessage());
    }
  }

  /** Whole, within the time that it may take; the client's own time-out ends with the headers. */
  private HttpResponse<byte[]> response() throws IOException, InterruptedException {
    Duration limit = patience().plus(ANSWER_TIMEOUT);
    CompletableFuture<HttpResponse<byte[]>> response =
        client.sendAsync(
            request(),
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
    try {
      return response.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + limit.toSeconds() + "s", e);
    } finally {
      response.cancel(true);
    }
  }

  private Answer answer(HttpResponse<byte[]> response) throws ConsulHealth.Malformed {
    String body = new String(response.body(), StandardCharsets.UTF_8);
    if (response.statusCode() != 200) {
      index.reset();
      // "ACL not found" and the like; never the token.
      String said = body.strip();
      return failed(
          "%d %s"
              .formatted(
                  response.statusCode(),
                  said.substring(0, Math.min(said.length(), WRONG_CHARS_MAX))));
    }
    ConsulHealth.Instances instances = ConsulHealth.instances(body, limits);
    List<ServerConfig> servers = instances.servers();
    index.answered(response.headers().firstValue("X-Consul-Index"));
    if (servers.isEmpty() && instances.unusable() > 0) {
      return failed(
          "no instance of %s can be used: %s".formatted(consul.service(), instances.lack()));
    }
    if (servers.isEmpty()) {
      return new Answer.Nothing(
          "no instance of %s passes its checks".formatted(consul.service()), Optional.empty());
    }
    return servers.size() > limits.serversMax()
        ? new Answer.TooMany(servers.size())
        : lookedUp(servers, instances.lack());
  }

  /** Whether no server can be there. */
  private static boolean isNobody(Address address) {
    return address instanceof Address.Tcp tcp
        && !Addresses.isHost(InetAddress.ofLiteral(tcp.host()));
  }

  /**
   * Services may register with a name for an address. Those whose name is not known now are still
   * there; who is not listed is not.
   */
  private Answer lookedUp(List<ServerConfig> servers, String leftOut) {
    List<ServerConfig> found = new ArrayList<>();
    Set<String> unknown = new HashSet<>();
    String lack = leftOut;
    for (ServerConfig server : servers) {
      Optional<Address> address = Literals.lookedUp(server.address());
      if (address.filter(ConsulSource::isNobody).isPresent()) {
        unknown.add(server.name());
        lack = "the name in %s stands for %s".formatted(server.address(), address.get());
      } else if (address.isPresent()) {
        found.add(
            new ServerConfig(
                server.name(),
                address.get(),
                server.weight(),
                server.maxConnections(),
                server.backup(),
                server.zone()));
      } else {
        unknown.add(server.name());
        lack = "the name in %s is not known to this machine's resolver".formatted(server.address());
      }
    }
    if (!unknown.isEmpty()) {
      // Asked again soon, whether or not anything changes there.
      index.reset();
    }
    return found.isEmpty()
        ? failed(lack)
        : new Answer.Found(
            found,
            unknown.isEmpty() ? Optional.empty() : Optional.of(UNKNOWN_AGAIN),
            lack,
            new Unclear.Servers(unknown));
  }

  private Answer failed(String why) {
    return new Answer.Failed("consul at %s: %s".formatted(consul.at(), why));
  }

  private Duration waitAtAgent() {
    return Addresses.shorter(limits.intervalMax(), WAIT_MAX);
  }

  /** That an answer may be waited for at the agent. */
  private Duration patience() {
    return index.next() == 0 ? Duration.ZERO : waitAtAgent().plus(waitAtAgent().dividedBy(16));
  }

  private HttpRequest request() {
    StringBuilder uri = new StringBuilder("http://%s/v1/health/service/".formatted(consul.at()));
    uri.append(encoded(consul.service())).append("?passing=true");
    if (index.next() > 0) {
      uri.append("&index=").append(index.next());
      uri.append("&wait=").append(waitAtAgent().toMillis()).append("ms");
    }
    append(uri, "tag", consul.tag());
    append(uri, "dc", consul.datacenter());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(uri.toString())).header("Accept", "application/json");
    consul.token().map(ConsulSource::text).ifPresent(t -> request.header("X-Consul-Token", t));
    return request.build();
  }

  private static void append(StringBuilder uri, String key, String value) {
    if (!value.isEmpty()) {
      uri.append('&').append(key).append('=').append(encoded(value));
    }
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String text(Secret secret) {
    return new String(secret.bytes(), StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
