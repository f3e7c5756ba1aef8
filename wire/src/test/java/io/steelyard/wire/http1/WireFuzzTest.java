package io.steelyard.wire.http1;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/**
 * Any bytes, against the {@link Laws}. By default over the inputs kept in the resources; with
 * {@code JAZZER_FUZZ=1} and one method chosen, in search of new ones.
 */
final class WireFuzzTest {
  @FuzzTest(maxDuration = "4m")
  void any_bytes_as_a_request(byte[] data) {
    Laws.request(data);
  }

  @FuzzTest(maxDuration = "4m")
  void any_bytes_as_a_response(byte[] data) {
    if (data.length > 0) {
      byte[] rest = Arrays.copyOfRange(data, 1, data.length);
      Laws.response(rest, (data[0] & 1) == 1);
    }
  }

  @FuzzTest(maxDuration = "4m")
  void any_bytes_as_a_chunked_body(byte[] data) {
    Laws.chunks(data);
  }
}
