package io.steelyard.share.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.cluster.member.NodeReport;
import io.steelyard.core.session.Keyring;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each process that took over failed at it once, and with that ended its attempts to be heard. */
final class RehearsalTest {
  @Test
  void beats_come_and_go() throws Exception {
    NodeReport report = new NodeReport("1", "cafe", "", NodeReport.State.READY, 0, 0, List.of(), 0);
    Keyring keys = Keyring.of(List.of("k".repeat(32).getBytes(StandardCharsets.US_ASCII)));
    assertThat(Rehearsal.of(keys, report)).isGreaterThanOrEqualTo(6);
  }
}
