package io.steelyard.app.ha;

import io.steelyard.testkit.Programs;
import io.steelyard.testkit.netns.Host;
import io.steelyard.testkit.netns.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Debian's keepalived and HAProxy, as most have them: the former asks whether the latter runs. */
final class KeepalivedPeer implements Peer {
  private static final Duration END = Duration.ofSeconds(40);
  private static final int FIRST_PRIORITY = 250;

  private final Path dir;
  private final Site site;
  private final String interval;
  private final AtomicInteger starts = new AtomicInteger();

  /**
   * @param interval seconds from advert to advert, as keepalived has it: 0.1
   */
  KeepalivedPeer(Path dir, Site site, String interval) {
    this.dir = dir;
    this.site = site;
    this.interval = interval;
  }

  @Override
  public String title() {
    return "keepalived and HAProxy, adverts every " + interval + " s";
  }

  /** Its pieces do not watch each other's insides. */
  @Override
  public boolean plays(Row row) {
    return row != Row.LOOP_HANGS;
  }

  /** Three adverts, and a lost SYN on top. */
  @Override
  public Duration slowness() {
    return interval.equals("1") ? Duration.ofSeconds(4) : Duration.ZERO;
  }

  private String keepalived(Path own, int number) {
    return """
    global_defs {
      vrrp_version 3
      script_user root
      enable_script_security
    }
    vrrp_script haproxy {
      script "%s"
      interval 1
      fall 2
      rise 1
    }
    vrrp_instance V {
      interface eth0
      virtual_router_id 51
      priority %d
      advert_int %s
      state BACKUP
      nopreempt
      virtual_ipaddress {
        %s/24
      }
      track_script {
        haproxy
      }
    }
    """
        .formatted(own.resolve("check"), FIRST_PRIORITY - 2 * number, interval, Site.ADDRESS);
  }

  private String haproxy(Path own) {
    return """
    global
      maxconn 4000
      nbthread 1
      stats socket %s expose-fd listeners level admin
      hard-stop-after 30s
    defaults
      mode http
      timeout connect 2s
      timeout client 30s
      timeout server 30s
      retries 2
    frontend web
      bind :%d
      default_backend app
    backend app
      cookie srv insert indirect nocache
      option tcp-check
      server s1 %s:%d cookie s1 check inter 1s
      server s2 %s:%d cookie s2 check inter 1s
    """
        .formatted(
            own.resolve("haproxy.sock"),
            Site.PORT,
            site.servers().address(),
            Site.SERVER_PORTS.get(0),
            site.servers().address(),
            Site.SERVER_PORTS.get(1));
  }

  @Override
  public Running start(Host host, int number, Row row) throws IOException {
    Path own = Files.createDirectories(dir.resolve("peer" + starts.incrementAndGet()));
    Files.writeString(own.resolve("haproxy.cfg"), haproxy(own));
    Files.writeString(own.resolve("keepalived.conf"), keepalived(own, number));
    Program proxy = haproxy(host, own);
    Path check = own.resolve("check");
    Files.writeString(check, "#!/bin/sh\nexec /bin/kill -0 \"$(cat " + own + "/haproxy.pid)\"\n");
    check.toFile().setExecutable(true);
    Program vrrp =
        host.start(
            Programs.found("keepalived"),
            "-P",
            "-n",
            "-l",
            "-D",
            "-f",
            own.resolve("keepalived.conf").toString(),
            "-p",
            own.resolve("keepalived.pid").toString(),
            "-r",
            own.resolve("vrrp.pid").toString());
    return new Pair(host, own, proxy, vrrp);
  }

  private static Program haproxy(Host host, Path own, String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(Programs.found("haproxy"), "-db", "-f", own.resolve("haproxy.cfg").toString()));
    Collections.addAll(command, options);
    Program proxy = host.start(command.toArray(String[]::new));
    Files.writeString(own.resolve("haproxy.pid"), proxy.pid() + "\n");
    return proxy;
  }

  private record Pair(Host host, Path own, Program proxy, Program vrrp) implements Running {
    /**
     * Who stops keepalived in good order stops it before the proxy; a signal to a parent is passed
     * on.
     */
    @Override
    public void signal(String signal) {
      if (signal.equals("TERM")) {
        vrrp.signal(signal);
        vrrp.awaitEnd(END);
        // A soft stop: what is in flight is finished.
        proxy.signal("USR1");
        return;
      }
      List<String> pids =
          Stream.of(vrrp, proxy)
              .flatMap(p ->
                  ProcessHandle.of(p.pid()).stream()
                      .flatMap(one -> Stream.concat(Stream.of(one), one.descendants())))
              .map(one -> Long.toString(one.pid()))
              .toList();
      List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
      command.addAll(pids);
      host.run(command.toArray(String[]::new));
    }

    @Override
    public boolean ready() {
      return vrrp.output().contains("Entering BACKUP STATE");
    }

    @Override
    public void awaitEnd() {
      vrrp.awaitEnd(END);
      proxy.awaitEnd(END);
    }

    /** A new HAProxy gets the listening sockets of the former one; keepalived stays. */
    @Override
    public Running upgrade() throws IOException {
      Program next =
          haproxy(
              host,
              own,
              "-x",
              own.resolve("haproxy.sock").toString(),
              "-sf",
              Long.toString(proxy.pid()));
      proxy.awaitEnd(END);
      return new Pair(host, own, next, vrrp);
    }

    @Override
    public void kill() {
      if (vrrp.isAlive()) {
        try {
          signal("KILL");
        } catch (AssertionError e) {
          // One of them has ended since they were listed; the rest ends below.
        }
      }
      vrrp.kill();
      proxy.kill();
    }

    @Override
    public String output() {
      return vrrp.output() + "\n" + proxy.output();
    }
  }
}
