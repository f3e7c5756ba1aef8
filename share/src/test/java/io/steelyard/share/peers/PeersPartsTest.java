package io.steelyard.share.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.steelyard.share.peers.Registry.Decision;
import io.steelyard.share.peers.Verdict.Answer;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeersPartsTest {
  private final Registry<String> registry = new Registry<>(2);

  @Test
  void the_first_connection_is_the_link_and_the_next_one_is_not_needed() {
    assertThat(registry.decide("b", 1, "first").verdict()).isEqualTo(new Verdict(Answer.CHOSEN, 1));
    assertThat(registry.decide("b", 1, "second").verdict().answer()).isEqualTo(Answer.DUPLICATE);
    assertThat(registry.link("b")).contains("first");
    registry.remove("b", "second");
    assertThat(registry.link("b")).contains("first");
    registry.remove("b", "first");
    assertThat(registry.link("b")).isEmpty();
    assertThat(registry.decide("b", 1, "third").verdict()).isEqualTo(new Verdict(Answer.CHOSEN, 2));
  }

  @Test
  void a_later_start_replaces_and_an_earlier_one_is_outdated() {
    registry.decide("b", 5, "five");
    assertThat(registry.decide("b", 4, "four").verdict().answer()).isEqualTo(Answer.OUTDATED);
    assertThat(registry.decide("b", 6, "six").replaced()).contains("five");
    assertThat(registry.link("b")).contains("six");
  }

  @Test
  void who_follows_takes_the_later_choice_whichever_it_hears_first() {
    Decision<String> first = registry.follow("a", 1, 1, "first");
    assertThat(first).isEqualTo(new Decision<>(new Verdict(Answer.CHOSEN, 1), Optional.empty()));
    assertThat(registry.follow("a", 1, 3, "third").replaced()).contains("first");
    assertThat(registry.follow("a", 1, 2, "second").verdict().answer()).isEqualTo(Answer.DUPLICATE);
    assertThat(registry.follow("a", 2, 1, "restarted").replaced()).contains("third");
    assertThat(registry.follow("a", 1, 9, "old").verdict().answer()).isEqualTo(Answer.OUTDATED);
    assertThat(registry.all()).containsExactly("restarted");
  }

  @Test
  void links_are_bounded_and_none_is_made_after_the_end() {
    registry.decide("b", 1, "b");
    registry.follow("a", 1, 1, "a");
    assertThat(registry.decide("c", 1, "c").verdict().answer()).isEqualTo(Answer.FULL);
    assertThat(registry.follow("0", 1, 1, "0").verdict().answer()).isEqualTo(Answer.FULL);
    assertThat(registry.decide("b", 2, "b2").verdict().answer()).isEqualTo(Answer.CHOSEN);
    assertThat(registry.close()).containsExactlyInAnyOrder("a", "b2");
    assertThat(registry.decide("b", 3, "b3").verdict().answer()).isEqualTo(Answer.STOPPING);
  }

  /** Two nodes, and connections whose steps come in any order, until all is quiet. */
  @Test
  void two_nodes_never_keep_different_connections_whatever_the_order() {
    for (int seed = 0; seed < 2000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Registry<Integer> small = new Registry<>(1);
      Registry<Integer> great = new Registry<>(1);
      Map<Integer, Long> chosen = new HashMap<>();
      for (int step = 0, next = 0; step < 40 || !chosen.isEmpty(); step++) {
        if (step < 40 && random.nextBoolean()) {
          int connection = next++;
          Verdict verdict = small.decide("great", 1, connection).verdict();
          if (verdict.answer() == Answer.CHOSEN) {
            chosen.put(connection, verdict.number());
          }
        } else if (step < 40 && random.nextInt(3) == 0) {
          // The link breaks: the small one notices first.
          small.link("great").ifPresent(link -> small.remove("great", link));
        } else if (!chosen.isEmpty()) {
          Integer[] waiting = chosen.keySet().toArray(Integer[]::new);
          int connection = waiting[random.nextInt(waiting.length)];
          great.follow("small", 1, chosen.remove(connection), connection);
        }
      }
      if (small.link("great").isPresent()) {
        assertThat(great.link("small")).as("seed %s", seed).isEqualTo(small.link("great"));
      }
    }
  }

  @Test
  void short_messages_share_a_frame_and_a_long_one_has_its_own() throws InterruptedException {
    SendQueue queue = new SendQueue(1 << 20);
    assertThat(queue.put(ByteBuffer.wrap(new byte[] {1, 2, 3}))).isTrue();
    assertThat(queue.put(ByteBuffer.allocateDirect(1).put((byte) 4).flip())).isTrue();
    assertThat(queue.put(ByteBuffer.allocate(SendQueue.BATCH_BYTES))).isTrue();
    assertThat(queue.put(ByteBuffer.allocate(0))).isTrue();
    SendQueue.Batch batch = queue.take(1).orElseThrow();
    assertThat(batch.length()).isEqualTo(12);
    assertThat(batch.bytes()).startsWith(0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 1, 4);
    assertThat(queue.take(1).orElseThrow().length()).isEqualTo(SendQueue.BATCH_BYTES + 4);
    assertThat(queue.take(1).orElseThrow().length()).isEqualTo(4);
    assertThat(queue.take(1)).isEmpty();
  }

  @Test
  void a_queue_holds_as_many_bytes_as_allowed_what_is_being_sent_included()
      throws InterruptedException {
    SendQueue queue = new SendQueue(1000);
    ByteBuffer message = ByteBuffer.allocate(496);
    assertThat(queue.put(message)).isTrue();
    assertThat(message.remaining()).isEqualTo(496);
    SendQueue.Batch batch = queue.take(1).orElseThrow();
    assertThat(queue.put(message)).isTrue();
    assertThat(queue.put(ByteBuffer.allocate(0))).isFalse();
    queue.sent(batch);
    assertThat(queue.put(message)).isTrue();
    assertThat(queue.put(ByteBuffer.allocate(0))).isFalse();
  }

  @Test
  void closing_a_queue_wakes_who_waits_and_takes_no_more() throws InterruptedException {
    SendQueue queue = new SendQueue(1000);
    CompletableFuture<Optional<SendQueue.Batch>> taken =
        Wire.start(() -> queue.take(Duration.ofMinutes(1).toNanos()));
    queue.close();
    assertThat(taken.join()).isEmpty();
    assertThat(queue.put(ByteBuffer.allocate(1))).isFalse();
    assertThat(queue.take(1)).isEmpty();
  }

  @Test
  void addresses_are_read() throws IOException {
    assertThat(PeerAddress.parse("lb-1.example:7000"))
        .isEqualTo(new PeerAddress("lb-1.example", 7000));
    assertThat(PeerAddress.parse("[::1]:65535")).isEqualTo(new PeerAddress("::1", 65535));
    assertThat(PeerAddress.parse("[::1]:1")).hasToString("[::1]:1");
    assertThat(PeerAddress.parse("[::1]:1").lookUp()[0].getHostAddress())
        .isEqualTo("0:0:0:0:0:0:0:1");
    assertThat(PeerAddress.parse("localhost:1").lookUp()).isNotEmpty();
    assertThatIOException().isThrownBy(() -> PeerAddress.parse("no-such-node.invalid:1").lookUp());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "a",
        "a:",
        ":1",
        "a:0",
        "a:65536",
        "a:-1",
        "a:x",
        "::1:7",
        "[a]:1",
        "a:123456"
      })
  void what_is_no_address_is_refused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> PeerAddress.parse(text));
  }

  @Test
  void hellos_and_verdicts_are_read_as_they_were_written() throws IOException {
    Hello hello = new Hello("knoten-ä", 1_800_000_000_000L, -1);
    assertThat(Hello.decode(hello.encode())).isEqualTo(hello);
    ByteBuffer longer = ByteBuffer.allocate(100).put(hello.encode());
    assertThat(Hello.decode(longer.array())).isEqualTo(hello);
    for (Answer answer : Answer.values()) {
      Verdict verdict = new Verdict(answer, Long.MAX_VALUE);
      assertThat(Verdict.decode(ByteBuffer.wrap(verdict.encode()))).isEqualTo(verdict);
    }
  }

  @Test
  void random_hellos_and_verdicts_are_read_or_refused() {
    for (int seed = 0; seed < 20_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      if (bytes.length > 16) {
        bytes[16] = (byte) random.nextInt(4);
      }
      try {
        assertThat(Hello.decode(bytes).node()).isNotEmpty();
      } catch (IOException e) {
        assertThat(e).as("seed %s", seed).isInstanceOf(HandshakeException.class);
      }
      try {
        assertThat(Verdict.decode(ByteBuffer.wrap(bytes)).answer()).isNotNull();
      } catch (IOException e) {
        assertThat(e).as("seed %s", seed).hasMessage("not a verdict");
      }
    }
  }

  @Test
  void bounds_that_cannot_work_are_refused() {
    PeersOptions good = PeersOptions.DEFAULT;
    Duration second = Duration.ofSeconds(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PeersOptions(second, second, second, second, second, 1 << 20, 1, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new PeersOptions(
                good.handshake(),
                good.keepAlive(),
                good.silence(),
                good.backoffMin(),
                good.backoffMax(),
                1,
                1,
                1));
  }

  /** "peer 10.0.0.12:7701 cannot be reached: null" helps nobody. */
  @Test
  void failures_without_a_message_are_put_into_words() {
    assertThat(Complaints.words(new SocketTimeoutException())).isEqualTo("no answer in time");
    assertThat(Complaints.words(new EOFException())).contains("closed the connection");
    assertThat(Complaints.words(new AsynchronousCloseException()))
        .isEqualTo("the connection was closed");
    assertThat(Complaints.words(new IOException())).isEqualTo("IOException");
    assertThat(Complaints.words(new IOException("no route"))).isEqualTo("no route");
  }
}
