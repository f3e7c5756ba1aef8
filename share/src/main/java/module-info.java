/** State that balancers share: sessions, wishes, secrets, counts. */
module io.steelyard.share {
  requires transitive io.steelyard.cluster;
  requires redis.clients.jedis;
  requires xmemcached;

  exports io.steelyard.share;
}
