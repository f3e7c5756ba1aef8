package io.steelyard.share.peers;

import io.steelyard.core.session.Keyring;
import io.steelyard.share.peers.Registry.Decision;
import io.steelyard.share.peers.Verdict.Answer;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The way of every connection, dialled or accepted, on one thread from its beginning to its end.
 *
 * <pre>
 *   connected -- handshake --> introduced -- both verdicts --> link --> ended
 *       |                        |   |             |
 *       v refused                |   v clash       v duplicate, outdated, full, stopping
 *                                v self
 * </pre>
 */
final class Encounter {
  private static final System.Logger LOG = System.getLogger("steelyard.share");

  private final Hello own;
  private final Supplier<Keyring> keys;
  private final PeersOptions options;
  private final PeersCounters counters;
  private final Peers.Listener listener;
  private final Registry<PeerLink> registry;
  private final Runnable linkGone;
  private final Complaints complaints = new Complaints();

  /** How a connection ended. */
  enum Ending {
    /** This node had dialled itself. */
    SELF,
    /** It was not let in, or did not let us in. */
    REFUSED,
    /** There is another link with that node. */
    DUPLICATE,
    /** It was a link. */
    BROKEN
  }

  /**
   * How a connection ended, and with whom.
   *
   * @param node empty if it is not known
   * @param why for people
   */
  record Outcome(Ending ending, String node, String why) {}

  Encounter(
      Hello own,
      Supplier<Keyring> keys,
      PeersOptions options,
      PeersCounters counters,
      Peers.Listener listener,
      Registry<PeerLink> registry,
      Runnable linkGone) {
    this.own = own;
    this.keys = keys;
    this.options = options;
    this.counters = counters;
    this.listener = listener;
    this.registry = registry;
    this.linkGone = linkGone;
  }

  /**
   * Blocks until the connection has ended.
   *
   * @param met called with the other node's name once that is proven
   * @param settled called once it is known what becomes of the connection
   */
  Outcome meet(Socket socket, boolean outgoing, Consumer<String> met, Runnable settled) {
    try (SecureChannel channel = open(socket, outgoing)) {
      Hello peer = Hello.decode(channel.peerHello());
      met.accept(peer.node());
      if (peer.node().equals(own.node())) {
        return meetNamesake(peer, channel);
      }
      PeerLink link = new PeerLink(channel, peer, outgoing, options, counters);
      channel.readTimeout(options.handshake());
      Decision<PeerLink> decision = settle(peer, channel, link);
      settled.run();
      return decision.verdict().answer() == Answer.CHOSEN
          ? runLink(link, peer, decision.replaced())
          : refused(decision.verdict().answer(), peer, channel);
    } catch (IOException e) {
      counters.handshakesRefused.increment();
      String who = outgoing ? "dialled " : "accepted from ";
      complaints.about(e, "a peer " + who + socket.getRemoteSocketAddress());
      return new Outcome(Ending.REFUSED, "", Complaints.words(e));
    } finally {
      settled.run();
    }
  }

  private SecureChannel open(Socket socket, boolean outgoing) throws HandshakeException {
    byte[] hello = own.encode();
    return outgoing
        ? SecureChannel.dial(socket, keys.get(), hello, options.handshake())
        : SecureChannel.accept(socket, keys.get(), hello, options.handshake());
  }

  private Outcome meetNamesake(Hello peer, SecureChannel channel) {
    if (peer.equals(own)) {
      return new Outcome(Ending.SELF, own.node(), "it is this node itself");
    }
    counters.handshakesRefused.increment();
    counters.nameClashes.increment();
    String why = "another node, at " + channel.remote() + ", has this node's name " + own.node();
    complaints.aboutNames(why + ": one of the two must be given another name");
    return new Outcome(Ending.REFUSED, own.node(), why);
  }

  /** What becomes of the connection, once both sides know it. */
  private Decision<PeerLink> settle(Hello peer, SecureChannel channel, PeerLink link)
      throws IOException {
    Decision<PeerLink> decision =
        own.node().compareTo(peer.node()) < 0
            ? decide(peer, channel, link)
            : follow(peer, channel, link);
    // Its place is taken, whatever else happens.
    decision.replaced().ifPresent(PeerLink::close);
    return decision;
  }

  private Decision<PeerLink> decide(Hello peer, SecureChannel channel, PeerLink link)
      throws IOException {
    Decision<PeerLink> decision = registry.decide(peer.node(), peer.incarnation(), link);
    boolean agreed = false;
    try {
      channel.send(ByteBuffer.wrap(decision.verdict().encode()));
      if (decision.verdict().answer() != Answer.CHOSEN) {
        return decision;
      }
      Verdict theirs = Verdict.decode(channel.receive());
      agreed = theirs.answer() == Answer.CHOSEN;
      return new Decision<>(theirs, decision.replaced());
    } finally {
      if (!agreed) {
        decision.replaced().ifPresent(PeerLink::close);
        leave(peer.node(), link);
      }
    }
  }

  private Decision<PeerLink> follow(Hello peer, SecureChannel channel, PeerLink link)
      throws IOException {
    Verdict theirs = Verdict.decode(channel.receive());
    if (theirs.answer() != Answer.CHOSEN) {
      return new Decision<>(theirs, Optional.empty());
    }
    Decision<PeerLink> decision =
        registry.follow(peer.node(), peer.incarnation(), theirs.number(), link);
    boolean told = false;
    try {
      channel.send(ByteBuffer.wrap(decision.verdict().encode()));
      told = true;
      return decision;
    } finally {
      if (!told) {
        decision.replaced().ifPresent(PeerLink::close);
        leave(peer.node(), link);
      }
    }
  }

  private Outcome runLink(PeerLink link, Hello peer, Optional<PeerLink> replaced) {
    LOG.log(System.Logger.Level.INFO, "linked with " + describe(link.status()));
    String why = "of a defect";
    try {
      why = link.run(listener, replaced);
    } finally {
      leave(peer.node(), link);
      LOG.log(System.Logger.Level.INFO, "no link any more with " + peer.node() + ": " + why);
    }
    return new Outcome(Ending.BROKEN, peer.node(), why);
  }

  private static String describe(Link link) {
    String direction = link.outgoing() ? " dialled" : " accepted";
    return link.node() + " at " + link.address() + direction;
  }

  private void leave(String node, PeerLink link) {
    registry.remove(node, link);
    link.end();
    linkGone.run();
  }

  private Outcome refused(Answer answer, Hello peer, SecureChannel channel) {
    String why = "the connection with " + peer.node() + " " + answer.words();
    if (answer == Answer.DUPLICATE) {
      return new Outcome(Ending.DUPLICATE, peer.node(), why);
    }
    counters.handshakesRefused.increment();
    complaints.aboutNames(why + ", " + channel.remote());
    return new Outcome(Ending.REFUSED, peer.node(), why);
  }
}
