package io.steelyard.core.balance;

/**
 * A heap of ids by key and among equal keys by rank, least first, in which both can be changed:
 * four children a node, whose keys stand side by side. Every step costs time that grows with the
 * logarithm of the size.
 */
final class KeyHeap {
  private static final int CHILDREN = 4;
  private static final int NONE = -1;

  private final double[] keys;
  private final double[] ranks;
  private final int[] ids;

  /** Where in the heap an id stands. */
  private final int[] at;

  private int size;

  /** Empty, for the ids 0 to below {@code ids}. */
  KeyHeap(int ids) {
    this.keys = new double[ids];
    this.ranks = new double[ids];
    this.ids = new int[ids];
    this.at = new int[ids];
  }

  void clear() {
    size = 0;
  }

  /** Adds an id that is not there, in its place. */
  void add(int id, double key, double rank) {
    up(size++, id, key, rank);
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

  /** Moves an id that is there to the place of its new key; it keeps its rank. */
  void update(int id, double key) {
    update(id, key, ranks[at[id]]);
  }

  /** Moves an id that is there to the place of its new key and rank. */
  void update(int id, double key, double rank) {
    int place = at[id];
    if (isBefore(key, rank, place)) {
      up(place, id, key, rank);
    } else {
      down(place, id, key, rank);
    }
  }

  private boolean isBefore(double key, double rank, int place) {
    return key < keys[place] || (key == keys[place] && rank < ranks[place]);
  }

  private void up(int from, int id, double key, double rank) {
    int place = from;
    while (place > 0) {
      int parent = (place - 1) / CHILDREN;
      if (!isBefore(key, rank, parent)) {
        break;
      }
      move(parent, place);
      place = parent;
    }
    put(place, id, key, rank);
  }

  private void down(int from, int id, double key, double rank) {
    int place = from;
    int child = leastChild(place);
    while (child != NONE && !isBefore(key, rank, child)) {
      move(child, place);
      place = child;
      child = leastChild(place);
    }
    put(place, id, key, rank);
  }

  private int leastChild(int place) {
    int first = CHILDREN * place + 1;
    int end = Math.min(first + CHILDREN, size);
    int least = first < end ? first : NONE;
    for (int child = first + 1; child < end; child++) {
      least = isBefore(keys[child], ranks[child], least) ? child : least;
    }
    return least;
  }

  private void move(int from, int to) {
    put(to, ids[from], keys[from], ranks[from]);
  }

  private void put(int place, int id, double key, double rank) {
    keys[place] = key;
    ranks[place] = rank;
    ids[place] = id;
    at[id] = place;
  }
}
