package io.steelyard.proxy;

import io.steelyard.net.Datagrams;

/**
 * The sessions of one listener by whom they are with: a hash table whose chains run through the
 * sessions, so that looking one up allocates nothing. It has as many as its listener's limit lets
 * in. Loop thread only.
 */
final class UdpTable {
  private static final int BUCKETS_MIN = 64;

  private UdpSession[] buckets = new UdpSession[BUCKETS_MIN];
  private int size;

  /** The session that datagram {@code i} of the batch belongs to; null if there is none. */
  UdpSession find(Datagrams batch, int i, int hash) {
    UdpSession s = buckets[hash & (buckets.length - 1)];
    while (s != null && (s.hash != hash || !batch.belongsTo(s.flow(), i))) {
      s = s.chained;
    }
    return s;
  }

  void add(UdpSession session) {
    if (size++ == buckets.length) {
      grow();
    }
    link(session);
  }

  private void link(UdpSession session) {
    int at = session.hash & (buckets.length - 1);
    session.chained = buckets[at];
    buckets[at] = session;
  }

  private void grow() {
    UdpSession[] former = buckets;
    buckets = new UdpSession[2 * former.length];
    for (UdpSession head : former) {
      for (UdpSession s = head; s != null; ) {
        UdpSession next = s.chained;
        link(s);
        s = next;
      }
    }
  }

  /** Nothing if it is not there. */
  void remove(UdpSession session) {
    int at = session.hash & (buckets.length - 1);
    UdpSession before = null;
    for (UdpSession s = buckets[at]; s != null; s = s.chained) {
      if (s == session) {
        if (before == null) {
          buckets[at] = s.chained;
        } else {
          before.chained = s.chained;
        }
        s.chained = null;
        size--;
        return;
      }
      before = s;
    }
  }
}
