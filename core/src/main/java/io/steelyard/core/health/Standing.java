package io.steelyard.core.health;

/**
 * Why a server may or may not be used, on independent axes: the operator's wish and what the probes
 * say.
 */
public record Standing(Wish wish, Health probed) {
  /** Whether new sessions and requests may go there. */
  public boolean takesNew() {
    return wish == Wish.SERVE && probed.up();
  }

  /** Whether sessions that are bound to it may go on there. */
  public boolean keepsBound() {
    return wish != Wish.MAINTENANCE && probed.up();
  }

  public Standing wish(Wish next) {
    return new Standing(next, probed);
  }

  public Standing probed(Health next) {
    return new Standing(wish, next);
  }
}
