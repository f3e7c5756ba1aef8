/** State that balancers share: sessions, wishes, secrets, counts. */
module io.steelyard.share {
  requires transitive io.steelyard.cluster;
  requires org.apache.commons.pool2;
  requires redis.clients.jedis;

  exports io.steelyard.share;
  exports io.steelyard.share.member;
  exports io.steelyard.share.store;
  exports io.steelyard.share.memcached;
  exports io.steelyard.share.redis;
}
