package io.steelyard.core.balance;

/**
 * A heap of ids by key, least first, in which any key can be changed: four children a node, whose
 * keys stand side by side. Every step costs time that grows with the logarithm of the size.
 */
final class KeyHeap {
  private static final int CHILDREN = 4;

  private final double[] keys;
  private final int[] ids;

  /** Where in the heap an id stands. */
  private final int[] at;

  private int size;

  /** Empty, for the ids 0 to below {@code ids}. */
  KeyHeap(int ids) {
    this.keys = new double[ids];
    this.ids = new int[ids];
    this.at = new int[ids];
  }

  void clear() {
    size = 0;
  }

  /** Adds an id that is not there, in its place. */
  void add(int id, double key) {
    up(size++, id, key);
  }

  int size() {
    return size;
  }

  /** The id with the least key. Only while it is not empty. */
  int top() {
    return ids[0];
  }

  /** The least key. Only while it is not empty. */
  double topKey() {
    return keys[0];
  }

  /** The key of an id that is there. */
  double key(int id) {
    return keys[at[id]];
  }

  /** Moves an id that is there to the place of its new key. */
  void update(int id, double key) {
    int place = at[id];
    if (key < keys[place]) {
      up(place, id, key);
    } else if (key > keys[place]) {
      down(place, id, key);
    }
  }

  private void up(int from, int id, double key) {
    int place = from;
    while (place > 0) {
      int parent = (place - 1) / CHILDREN;
      if (keys[parent] <= key) {
        break;
      }
      put(place, ids[parent], keys[parent]);
      place = parent;
    }
    put(place, id, key);
  }

  private void down(int from, int id, double key) {
    int place = from;
    int child = leastChild(place);
    while (child != place && keys[child] < key) {
      put(place, ids[child], keys[child]);
      place = child;
      child = leastChild(place);
    }
    put(place, id, key);
  }

  /** The child of {@code place} with the least key; itself if it has none. */
  private int leastChild(int place) {
    int first = CHILDREN * place + 1;
    int end = Math.min(first + CHILDREN, size);
    int least = first < end ? first : place;
    for (int child = first + 1; child < end; child++) {
      least = keys[child] < keys[least] ? child : least;
    }
    return least;
  }

  private void put(int place, int id, double key) {
    keys[place] = key;
    ids[place] = id;
    at[id] = place;
  }
}
