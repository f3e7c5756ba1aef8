package io.steelyard.app.cli.doctor;

import io.steelyard.config.AdminConfig;
import io.steelyard.config.ClusterConfig;
import io.steelyard.config.Config;
import io.steelyard.config.FromConfig;
import io.steelyard.config.StateConfig;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a setup. What is not known is empty, and nothing is said about it.
 *
 * @param settings what is configured
 * @param live what the running node says
 * @param host what its machine says
 * @param pools as the node serves them, or else as they are configured
 * @param unseen what could not be looked at, a sentence each
 */
public record Facts(
    Optional<Settings> settings,
    Optional<Live> live,
    Optional<Host> host,
    List<Pool> pools,
    List<String> unseen) {
  public Facts {
    pools = List.copyOf(pools);
    unseen = List.copyOf(unseen);
  }

  /**
   * What is configured.
   *
   * @param from the store that listeners and pools come from
   * @param unkept why the last good configuration cannot be kept; empty if it can, or need not
   */
  public record Settings(Config config, Optional<FromConfig> from, Optional<String> unkept) {
    ClusterConfig cluster() {
      return config.cluster();
    }

    StateConfig state() {
      return config.state();
    }

    AdminConfig admin() {
      return config.admin();
    }
  }

  /** Servers that do the same work. {@code checked}: whether somebody looks how they fare. */
  public record Pool(String name, boolean checked, boolean discovers, List<Server> servers) {
    public Pool {
      servers = List.copyOf(servers);
    }
  }

  /**
   * One of them.
   *
   * @param host that it runs on, as its address says
   * @param usable whether it takes requests now; true if that is not known
   */
  public record Server(String name, String host, String zone, boolean backup, boolean usable) {}

  /**
   * A running node, and what it hears.
   *
   * @param nodes how many there are to be, this one included; 1 for one that hears nobody
   * @param self this node; empty if it hears nobody
   * @param others those that it has heard
   * @param shareTrouble why what is shared may not all be known here
   * @param store that its configuration comes from, which does not answer; empty if it does
   */
  public record Live(
      String node,
      int nodes,
      String quorum,
      Optional<Peer> self,
      List<Peer> others,
      List<Vip> vips,
      List<String> troubles,
      Optional<String> shareTrouble,
      Optional<String> store) {
    public Live {
      others = List.copyOf(others);
      vips = List.copyOf(vips);
      troubles = List.copyOf(troubles);
    }

    List<Peer> heard() {
      return others.stream().filter(Peer::heard).toList();
    }
  }

  /** A node as another one sees it. */
  public record Peer(
      String node,
      String address,
      String presence,
      boolean hearsUs,
      long clockAheadMs,
      String state,
      String version,
      String configuration,
      String zone,
      List<String> owns) {
    public Peer {
      owns = List.copyOf(owns);
    }

    boolean heard() {
      return presence.equals("heard");
    }

    boolean ready() {
      return state.equals("ready");
    }
  }

  /**
   * A virtual address as the node sees it.
   *
   * @param role owner, backup, out, or every
   * @param owner its address; empty if that is not known
   * @param why the node may not own it; empty if it may
   */
  public record Vip(
      String name,
      List<String> addresses,
      String role,
      String owner,
      String why,
      long secondOwners,
      long foreign) {
    public Vip {
      addresses = List.copyOf(addresses);
    }

    String text() {
      return String.join(", ", addresses) + " (" + name + ")";
    }

    boolean here() {
      return role.equals("owner");
    }

    boolean everywhere() {
      return role.equals("every");
    }
  }

  /**
   * The machine and the process of the node.
   *
   * @param missing capabilities that it would need for virtual addresses
   * @param guarded whether a guard runs beside it; empty if that cannot be told
   * @param openFilesMax that it may have
   * @param filters the rules of the packet filter as nft prints them; empty if they cannot be read
   */
  public record Host(
      List<String> missing, Optional<Boolean> guarded, long openFilesMax, String filters) {
    public Host {
      missing = List.copyOf(missing);
    }
  }
}
