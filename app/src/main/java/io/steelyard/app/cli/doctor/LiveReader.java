package io.steelyard.app.cli.doctor;

import io.steelyard.app.cli.doctor.Facts.Live;
import io.steelyard.app.cli.doctor.Facts.Peer;
import io.steelyard.app.cli.doctor.Facts.Pool;
import io.steelyard.app.cli.doctor.Facts.Server;
import io.steelyard.app.cli.doctor.Facts.Vip;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node says: the answers of {@code /v1/status} and {@code /v1/cluster}. What is no such
 * answer is met with a {@link ClassCastException} or {@link NullPointerException}.
 */
public final class LiveReader {
  private LiveReader() {}

  /** How the node stands among others. */
  public static Live live(Map<?, ?> status, Map<?, ?> cluster) {
    List<Peer> all = maps(cluster.get("nodes")).stream().map(LiveReader::peer).toList();
    Object nodes = cluster.get("nodes_configured");
    return new Live(
        text(status, "node"),
        nodes == null ? 1 : ((Number) nodes).intValue(),
        nodes == null ? "none" : text(cluster, "quorum"),
        all.stream().filter(LiveReader::self).findFirst(),
        all.stream().filter(peer -> !self(peer)).toList(),
        maps(cluster.get("vips")).stream().map(LiveReader::vip).toList(),
        words(cluster.get("troubles")),
        Optional.ofNullable(cluster.get("trouble")).map(Object::toString),
        store((Map<?, ?>) status.get("shared_configuration")));
  }

  private static boolean self(Peer peer) {
    return peer.presence().equals("self");
  }

  private static Optional<String> store(Map<?, ?> shared) {
    return shared == null || Boolean.TRUE.equals(shared.get("reachable"))
        ? Optional.empty()
        : Optional.of(text(shared, "from") + ": " + text(shared, "away"));
  }

  private static Peer peer(Map<?, ?> node) {
    return new Peer(
        text(node, "node"),
        text(node, "address"),
        text(node, "presence"),
        Boolean.TRUE.equals(node.get("hears_us")),
        Math.round(1000 * ((Number) node.get("clock_ahead_seconds")).doubleValue()),
        text(node, "state"),
        text(node, "version"),
        text(node, "configuration"),
        text(node, "zone"),
        words(node.get("owns")));
  }

  private static Vip vip(Map<?, ?> vip) {
    Map<?, ?> adverts = (Map<?, ?>) vip.get("adverts");
    return new Vip(
        text(vip, "vip"),
        words(vip.get("addresses")),
        text(vip, "role"),
        text(vip, "owner"),
        text(vip, "why"),
        count(adverts, "second-owner"),
        count(adverts, "foreign"));
  }

  private static long count(Map<?, ?> counts, String key) {
    return counts.get(key) instanceof Number number ? number.longValue() : 0;
  }

  /** Its pools with their servers, and how they fare. */
  public static List<Pool> pools(Map<?, ?> status) {
    return maps(status.get("pools")).stream().map(LiveReader::pool).toList();
  }

  private static Pool pool(Map<?, ?> pool) {
    List<Map<?, ?>> servers = maps(pool.get("servers"));
    return new Pool(
        text(pool, "name"),
        servers.stream().noneMatch(s -> text(s, "health").equals("unchecked")),
        pool.get("discovery") != null,
        servers.stream().map(LiveReader::server).toList());
  }

  private static Server server(Map<?, ?> server) {
    return new Server(
        text(server, "name"),
        host(text(server, "address")),
        text(server, "zone"),
        Boolean.TRUE.equals(server.get("backup")),
        Boolean.TRUE.equals(server.get("takes_new")));
  }

  private static String host(String address) {
    int port = address.lastIndexOf(':');
    return address.startsWith("unix:") || port < 0 ? "this machine" : address.substring(0, port);
  }

  private static String text(Map<?, ?> map, String key) {
    Object value = map.get(key);
    return value == null ? "" : value.toString();
  }

  /** Of an earlier version, which does not say, nothing. */
  private static List<String> words(Object list) {
    return list == null ? List.of() : ((List<?>) list).stream().map(Object::toString).toList();
  }

  private static List<Map<?, ?>> maps(Object list) {
    return list == null
        ? List.of()
        : ((List<?>) list).stream().<Map<?, ?>>map(item -> (Map<?, ?>) item).toList();
  }
}
