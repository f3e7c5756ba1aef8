package io.steelyard.proxy;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;

/** A process that may open no more files. */
@SuppressWarnings("restricted") // the kernel is asked directly
final class DescriptorsTest extends ProxyTest {
  private static final String OK_AND_CLOSE =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
  private static final int RLIMIT_NOFILE = 7;

  private static MethodHandle function(String name) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  }

  @Test
  void a_server_is_not_blamed_when_there_is_no_descriptor_to_reach_it() throws Throwable {
    setup.server("down", ScriptedServer.nobody(), 1, 0);
    start();
    Peer client = client().send(GET);
    assertThat(client.message()).as("also loads what a failure needs").startsWith("HTTP/1.1 503 ");
    double blamed = metric("steelyard_upstream_connect_failures");
    setup.servers.clear();
    answering(OK_AND_CLOSE);
    proxy.publish(setup.snapshot());
    client.send(GET);
    assertThat(client.same(OK)).isEqualTo(OK);
    MethodHandle get = function("getrlimit");
    MethodHandle set = function("setrlimit");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(16, 8);
      int got = (int) get.invokeExact(RLIMIT_NOFILE, limit);
      long before = limit.get(JAVA_LONG, 0);
      limit.set(JAVA_LONG, 0, 3);
      String answer;
      int low = (int) set.invokeExact(RLIMIT_NOFILE, limit);
      try {
        client.send(GET);
        answer = client.message();
      } finally {
        limit.set(JAVA_LONG, 0, before);
        int restored = (int) set.invokeExact(RLIMIT_NOFILE, limit);
        assertThat(got + low + restored).isZero();
      }
      assertThat(answer).startsWith("HTTP/1.1 503 ").contains("too many open files");
    }
    assertThat(metric("steelyard_upstream_connect_failures")).isEqualTo(blamed);
    client.send(GET);
    assertThat(client.same(OK)).isEqualTo(OK);
  }

  @Test
  void clients_leave_descriptors_for_servers_and_do_not_take_half_of_many() {
    assertThat(Proxy.clientsMax(256)).isEqualTo(96);
    assertThat(Proxy.clientsMax(1024)).isEqualTo(384);
    assertThat(Proxy.clientsMax(20_000)).as("10,000 idle ones fit").isEqualTo(15_648);
    assertThat(Proxy.clientsMax(1_048_576)).isEqualTo(1_048_576 - 256 - 4096);
  }
}
