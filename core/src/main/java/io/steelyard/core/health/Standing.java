package io.steelyard.core.health;

/**
 * Why a server may or may not be used, on independent axes: the operator's wish, the server's own
 * (its agent's), what the probes say, and what the traffic says.
 *
 * @param wish the operator's
 * @param asked what the server itself asks for through its agent
 * @param probed the verdict of the checks
 * @param held it is up, but has flipped so often that it has to stay so for a while first
 * @param ejected its traffic failed: it gets none for a while
 */
public record Standing(Wish wish, Wish asked, Health probed, boolean held, boolean ejected) {
  /** Neither held nor ejected, and without a word from the server itself. */
  public Standing(Wish wish, Health probed) {
    this(wish, Wish.SERVE, probed, false, false);
  }

  /** Whether new sessions and requests may go there. */
  public boolean takesNew() {
    return wanted() && probed.up() && !held && !ejected;
  }

  /** Whether sessions that are bound to it may go on there. */
  public boolean keepsBound() {
    return works() && probed.up() && !held && !ejected;
  }

  /** Whether neither the operator nor the server itself wants it to be left alone altogether. */
  public boolean works() {
    return wish != Wish.MAINTENANCE && asked != Wish.MAINTENANCE;
  }

  /** Whether both the operator and the server itself want it to serve, healthy or not. */
  public boolean wanted() {
    return wish == Wish.SERVE && asked == Wish.SERVE;
  }

  public Standing wish(Wish next) {
    return new Standing(next, asked, probed, held, ejected);
  }

  public Standing asked(Wish next) {
    return new Standing(wish, next, probed, held, ejected);
  }

  public Standing probed(Health next) {
    return new Standing(wish, asked, next, held, ejected);
  }

  public Standing held(boolean next) {
    return new Standing(wish, asked, probed, next, ejected);
  }

  public Standing ejected(boolean next) {
    return new Standing(wish, asked, probed, held, next);
  }
}
