package io.steelyard.control;

import io.steelyard.config.ConfigText;
import io.steelyard.control.canary.Canary;
import io.steelyard.control.revision.Cell;
import io.steelyard.control.revision.MemoryShelf;
import io.steelyard.control.revision.Shelf;
import io.steelyard.control.revision.TextDigest;
import io.steelyard.control.shared.Edition;
import io.steelyard.control.shared.SharedSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** A store in memory whose writes can be made to fail from one on. */
final class MemorySource implements SharedSource {
  private final MemoryCell document = new MemoryCell();
  private final MemoryCell canary = new MemoryCell();
  private final MemoryShelf shelf = new MemoryShelf();

  /** Writes until one fails; the one after it succeeds again. */
  private int writesLeft = Integer.MAX_VALUE;

  void failAfter(int writes) {
    writesLeft = writes;
  }

  private void countWrite() throws IOException {
    if (writesLeft-- == 0) {
      writesLeft = Integer.MAX_VALUE;
      throw new IOException("away");
    }
  }

  private final class MemoryCell implements Cell {
    private Held held = new Held("", 0);

    @Override
    public Held read() {
      return held;
    }

    @Override
    public boolean write(String text, long version) throws IOException {
      countWrite();
      if (version != held.version()) {
        return false;
      }
      held = new Held(text, version + 1);
      return true;
    }
  }

  @Override
  public Edition read() {
    String text = document.read().text();
    return Edition.of(
        1,
        TextDigest.of(text),
        List.of(ConfigText.shared("s/config", text)),
        List.of(),
        List.of(),
        0,
        Canary.parse(canary.read().text()));
  }

  @Override
  public Edition awaitNewer(Edition known, Duration atMost) {
    return read();
  }

  @Override
  public void report(String node, String report) {}

  @Override
  public Map<String, String> reports() {
    return Map.of();
  }

  @Override
  public Cell document() {
    return document;
  }

  @Override
  public Cell canary() {
    return canary;
  }

  @Override
  public Shelf revisions() {
    return new Shelf() {
      @Override
      public SortedMap<String, String> all() {
        return shelf.all();
      }

      @Override
      public boolean add(String name, String text) throws IOException {
        countWrite();
        return shelf.add(name, text);
      }

      @Override
      public void replace(String name, String text) throws IOException {
        countWrite();
        shelf.replace(name, text);
      }

      @Override
      public void remove(String name) throws IOException {
        countWrite();
        shelf.remove(name);
      }
    };
  }

  /** The document. */
  String text() {
    return document.read().text();
  }

  /** What is tried, or was last. */
  Optional<Canary> tried() {
    return Canary.parse(canary.read().text());
  }

  @Override
  public void close() {}
}
