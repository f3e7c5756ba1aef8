package io.steelyard.control.revision;

import java.util.SortedMap;
import java.util.TreeMap;

/** One that ends with the process. */
public final class MemoryShelf implements Shelf {
  private final SortedMap<String, String> texts = new TreeMap<>();

  public MemoryShelf() {}

  @Override
  public synchronized SortedMap<String, String> all() {
    return new TreeMap<>(texts);
  }

  @Override
  public synchronized boolean add(String name, String text) {
    return texts.putIfAbsent(name, text) == null;
  }

  @Override
  public synchronized void replace(String name, String text) {
    texts.put(name, text);
  }

  @Override
  public synchronized void remove(String name) {
    texts.remove(name);
  }
}
