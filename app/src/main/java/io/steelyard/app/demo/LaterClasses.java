package io.steelyard.app.demo;

import io.steelyard.app.node.Node;
import io.steelyard.cluster.member.Membership;
import io.steelyard.net.tls.TlsServer;
import io.steelyard.share.member.Beacon;
import io.steelyard.vip.VipDriver;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Loads what a start does not use, but moments do in which time is short: an owner is gone, another
 * process takes over, the first client speaks TLS. What is loaded while Java's AOT cache is made is
 * in it; else each of some hundred classes is searched, read and verified then.
 */
final class LaterClasses {
  /** One of each jar, and what of it is loaded. */
  private static final List<Part> PARTS =
      List.of(
          new Part(Membership.class, "io/steelyard/cluster/"),
          new Part(Beacon.class, "io/steelyard/share/member/"),
          new Part(Beacon.class, "io/steelyard/share/seal/"),
          new Part(VipDriver.class, "io/steelyard/vip/"),
          new Part(TlsServer.class, "io/steelyard/net/tls/"),
          new Part(Node.class, "io/steelyard/app/node/"));

  private record Part(Class<?> one, String prefix) {}

  private LaterClasses() {}

  /**
   * Loads them.
   *
   * @return how many there are
   */
  static int load() throws IOException {
    int loaded = 0;
    for (Part part : PARTS) {
      loaded += load(part);
    }
    return loaded;
  }

  private static int load(Part part) throws IOException {
    int loaded = 0;
    try (JarFile jar = new JarFile(jar(part.one()).toFile())) {
      for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
        String name = entry.getName();
        if (name.startsWith(part.prefix()) && name.endsWith(".class") && !name.contains("-info")) {
          Class.forName(
              name.substring(0, name.length() - ".class".length()).replace('/', '.'),
              false,
              part.one().getClassLoader());
          loaded++;
        }
      }
    } catch (ClassNotFoundException e) {
      throw new IOException("a class of the jar is not there", e);
    }
    return loaded;
  }

  private static Path jar(Class<?> one) throws IOException {
    try {
      return Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }
}
