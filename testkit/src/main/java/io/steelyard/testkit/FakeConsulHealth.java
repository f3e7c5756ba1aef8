package io.steelyard.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Consul documents of {@code GET /v1/health/service/NAME}: an index in each answer, and with
 * {@code index=N&wait=T} an answer only when there is something newer, or the time is over.
 */
public final class FakeConsulHealth implements AutoCloseable {
  private static final Pattern PARAMETER = Pattern.compile("[?&]([a-z]+)=([^& ]*)");

  private final ServerSocket socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long index = 10;
  private int status = 200;
  private String body = "[]";

  /** Without any instance. */
  public FakeConsulHealth() throws IOException {
    Thread.ofVirtual().start(this::accept);
  }

  /** One entry of an answer. */
  public static String instance(String node, String id, String address, int port) {
    return """
    {"Node": {"Node": "%s", "Address": "127.0.0.9"},
     "Service": {"ID": "%s", "Service": "shop", "Address": "%s", "Port": %d,
       "Weights": {"Passing": 4, "Warning": 1}, "Meta": null},
     "Checks": [{"Status": "passing"}]}\
    """
        .formatted(node, id, address, port);
  }

  /** From now on these instances pass their checks, at the next index. */
  public void has(String... instances) {
    answers(200, index() + 1, "[" + String.join(",", instances) + "]");
  }

  /** From now on this is answered. */
  public void answers(int nextStatus, long nextIndex, String nextBody) {
    lock.lock();
    try {
      status = nextStatus;
      index = nextIndex;
      body = nextBody;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private long index() {
    lock.lock();
    try {
      return index;
    } finally {
      lock.unlock();
    }
  }

  /** Its port. */
  public int port() {
    return socket.getLocalPort();
  }

  /** All that was asked, each with its header fields. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket client) {
    try (client) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
      for (String request = read(in); !request.isEmpty(); request = read(in)) {
        requests.add(request);
        client.getOutputStream().write(answer(request).getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      // The client has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String read(BufferedReader in) throws IOException {
    StringBuilder head = new StringBuilder();
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      head.append(line).append('\n');
    }
    return head.toString();
  }

  private static String parameter(String request, String name) {
    Matcher matcher = PARAMETER.matcher(request.lines().findFirst().orElse(""));
    while (matcher.find()) {
      if (matcher.group(1).equals(name)) {
        return matcher.group(2);
      }
    }
    return "";
  }

  private String answer(String request) throws InterruptedException {
    String known = parameter(request, "index");
    String wait = parameter(request, "wait").replace("ms", "");
    long leftNs = TimeUnit.MILLISECONDS.toNanos(wait.isEmpty() ? 0 : Long.parseLong(wait));
    lock.lock();
    try {
      // As Consul does it: what is not newer is waited for, also by a client that is ahead.
      while (!known.isEmpty() && index == Long.parseLong(known) && leftNs > 0) {
        leftNs = changed.awaitNanos(leftNs);
      }
      int length = body.getBytes(StandardCharsets.UTF_8).length;
      return "HTTP/1.1 %d x\r\nX-Consul-Index: %d\r\nContent-Length: %d\r\n\r\n%s"
          .formatted(status, index, length, body);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
