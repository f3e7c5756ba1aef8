package io.steelyard.vip.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class CapabilitiesTest {
  @Test
  void each_is_a_bit_of_its_own() throws IOException {
    assertThat(Capabilities.of("Name:\tjava\nCapEff:\t000001ffffffffff\n"))
        .isEqualTo(new Capabilities(true, true));
    assertThat(Capabilities.of("CapEff:\t0000000000001000\n"))
        .isEqualTo(new Capabilities(true, false));
    assertThat(Capabilities.of("CapEff:\t0000000000002000\n"))
        .isEqualTo(new Capabilities(false, true));
  }

  @Test
  void what_is_missing_is_named() {
    assertThatThrownBy(() -> new Capabilities(true, false).require())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("need CAP_NET_RAW:")
        .hasMessageNotContaining("CAP_NET_ADMIN");
  }

  @Test
  void those_of_this_process_can_be_read() throws IOException {
    assertThat(Capabilities.effective()).isNotNull();
  }
}
