package io.steelyard.core.balance;

/**
 * Highest random weight (Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit Rates",
 * IEEE/ACM Transactions on Networking 6(1), 1998): who has the highest score for a key takes it.
 * All who know the same servers agree without a word, and when one leaves only its keys move. With
 * weights as Schindelhauer and Schomaker have it ("Weighted Distributed Hash Tables", SPAA 2005):
 * {@code -weight / ln(u)}.
 *
 * <p>Costs a logarithm for each server, so it is for what is rare. StrictMath: every machine has to
 * come to the same result.
 */
public final class Rendezvous {
  private static final double UNIT = 0x1.0p-53;

  private Rendezvous() {}

  /**
   * The score of a server.
   *
   * @param server a hash of its name
   * @param weight more than 0
   */
  public static double score(long key, long server, int weight) {
    long bits = Hash.mix(Hash.mix(key) ^ server) >>> 11;
    double u = (bits + 0.5) * UNIT;
    return -weight / StrictMath.log(u);
  }
}
