package io.steelyard.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigReader;
import io.steelyard.config.ConfigText;
import io.steelyard.control.shared.Edition;
import io.steelyard.testkit.ThreadTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What it takes to read what nodes share when one of 10,000 servers' keys has changed. */
final class ManySharedServersTest {
  private static final int SERVERS = 10_000;
  private static final int WARM_UPS = 10;
  private static final int CHANGES = 15;
  private static final double BAR_MS = 80;

  /** For a machine that builds something else at the same time. */
  private static final double TOLERANCE = 4;

  private static final ConfigText OWN = ConfigText.own("/steelyard.yaml", "zone: eu-1\n");
  private static final ConfigText SHARED =
      ConfigText.shared(
          "etcd://store/config",
          """
          listeners: {web: {address: ":80", routes: [{pool: app}]}}
          pools: {app: {balance: round-robin, servers: ["10.0.0.1:80"]}}
          """);

  @ParameterizedTest
  @ValueSource(strings = {"%s", "{address: \"%s\", weight: 2}"})
  void one_key_of_many_that_changes_does_not_have_all_read_again(String form)
      throws ConfigException {
    ConfigReader reader = new ConfigReader();
    List<ConfigText> texts = new ArrayList<>(List.of(OWN, SHARED));
    for (int n = 0; n < SERVERS; n++) {
      texts.add(server(n, n, form));
    }
    double[] readMs = new double[CHANGES];
    double[] editionMs = new double[CHANGES];
    for (int n = -WARM_UPS; n < CHANGES; n++) {
      int changed = (n + WARM_UPS) * 331;
      texts.set(2 + changed, server(changed, SERVERS + changed, form));
      long began = ThreadTime.ns();
      Edition edition = Edition.of(n, texts.subList(1, texts.size()), List.of(), List.of());
      long digested = ThreadTime.ns();
      Config config = reader.parse(texts, false).config();
      long read = ThreadTime.ns();
      assertThat(edition.texts()).hasSize(1 + SERVERS);
      assertThat(config.pools().getFirst().servers()).hasSize(1 + SERVERS);
      assertThat(config.pools().getFirst().servers().get(1 + changed).address())
          .hasToString(address(SERVERS + changed));
      if (n >= 0) {
        editionMs[n] = (digested - began) / 1e6;
        readMs[n] = (read - digested) / 1e6;
      }
    }
    System.out.printf(
        "%d keys such as %s, one changed: read in %.1f ms of work (median; bar %.0f), digested in %.1f%n",
        SERVERS, form, median(readMs), BAR_MS, median(editionMs));
    assertThat(median(readMs) + median(editionMs)).isLessThan(BAR_MS * TOLERANCE);
  }

  private static ConfigText server(int n, int place, String form) {
    String key = "etcd://store/pools/app/servers/s" + n;
    return ConfigText.server("app", "s" + n, key, form.formatted(address(place)));
  }

  private static String address(int n) {
    return "10.%d.%d.%d:80".formatted(1 + n / 40_000, n / 200 % 200, 1 + n % 200);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
