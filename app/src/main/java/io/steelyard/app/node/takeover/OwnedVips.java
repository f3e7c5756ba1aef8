package io.steelyard.app.node.takeover;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The virtual addresses that a process has, one a line: the next one has them without their ever
 * having been given up.
 *
 * @param owned asked in the old process
 * @param taken told in the new one, before it serves
 */
public record OwnedVips(Supplier<List<String>> owned, Consumer<List<String>> taken)
    implements HeirPart {
  @Override
  public String name() {
    return "vips";
  }

  @Override
  public byte[] give() {
    return String.join("\n", owned.get()).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void take(byte[] value) {
    taken.accept(new String(value, StandardCharsets.UTF_8).lines().toList());
  }
}
