package io.steelyard.vip.guard;

import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.vip.link.VrrpTransport;
import io.steelyard.wire.vrrp.VrrpAdvertisement;
import io.steelyard.wire.vrrp.VrrpChecksum;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All that a guard needs to speak for a virtual router's owner, and to take its addresses away and
 * say so to the others.
 *
 * @param linkIndex the kernel's number of the link
 * @param advertiseCs the interval that its adverts name, in centiseconds
 * @param priority what its adverts say; 0 if the guard is not to speak before it takes them away
 * @param source where its adverts come from
 */
public record Hold(
    VipId id,
    int linkIndex,
    int advertiseCs,
    int priority,
    InetAddress source,
    VrrpTransport transport,
    List<VipAddress> addresses) {
  private static final String NONE = "-";
  private static final int FIELDS = 9;

  public Hold {
    addresses = List.copyOf(addresses);
  }

  /** Addresses of which nobody is told: they are only taken away. */
  public static Hold silent(VipId id, int linkIndex, List<VipAddress> addresses) {
    return new Hold(
        id,
        linkIndex,
        0,
        0,
        addresses.getFirst().address(),
        VrrpTransport.multicast(VrrpChecksum.PSEUDO_HEADER),
        addresses);
  }

  /** The words that say it, none of which has a space in it. */
  String words() {
    List<String> words =
        new ArrayList<>(
            List.of(
                id.link(),
                Integer.toString(id.routerId()),
                id.ipv6() ? "V6" : "V4",
                Integer.toString(linkIndex),
                Integer.toString(advertiseCs),
                Integer.toString(priority),
                plain(source),
                transport.checksum().name(),
                transport.isUnicast()
                    ? String.join(",", transport.peers().stream().map(Hold::plain).toList())
                    : NONE));
    addresses.forEach(a -> words.add(plain(a.address()) + "/" + a.prefix()));
    return String.join(" ", words);
  }

  /** An IllegalArgumentException says what cannot be read. */
  static Hold parse(String words) {
    String[] word = words.split(" ", -1);
    if (word.length <= FIELDS) {
      throw new IllegalArgumentException("a hold of " + word.length + " words: " + words);
    }
    List<InetAddress> peers =
        word[8].equals(NONE)
            ? List.of()
            : Arrays.stream(word[8].split(",", -1)).map(InetAddress::ofLiteral).toList();
    return new Hold(
        id(word[0], word[1], word[2]),
        Integer.parseInt(word[3]),
        Integer.parseInt(word[4]),
        Integer.parseInt(word[5]),
        InetAddress.ofLiteral(word[6]),
        VrrpTransport.unicast(VrrpChecksum.valueOf(word[7]), peers),
        Arrays.stream(word).skip(FIELDS).map(Hold::address).toList());
  }

  private static VipAddress address(String word) {
    int slash = word.indexOf('/');
    return new VipAddress(
        InetAddress.ofLiteral(word.substring(0, slash)),
        Integer.parseInt(word.substring(slash + 1)));
  }

  static String words(VipId id) {
    return id.link() + " " + id.routerId() + " " + (id.ipv6() ? "V6" : "V4");
  }

  static VipId id(String words) {
    String[] word = words.split(" ", -1);
    if (word.length != 3) {
      throw new IllegalArgumentException("no virtual router: " + words);
    }
    return id(word[0], word[1], word[2]);
  }

  private static VipId id(String link, String routerId, String version) {
    return new VipId(link, Integer.parseInt(routerId), version.equals("V6"));
  }

  /** Without a scope: that is told by the link. */
  private static String plain(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }

  /** Whether the guard is to speak for the owner while that says nothing. */
  boolean isSpokenFor() {
    return id.routerId() != 0 && priority > 0;
  }

  /** What the owner itself would say now. */
  VrrpAdvertisement advertisement() {
    return said(priority);
  }

  /** What others hear when the addresses are given up. */
  VrrpAdvertisement farewell() {
    return said(0);
  }

  private VrrpAdvertisement said(int now) {
    return new VrrpAdvertisement(
        id.routerId(), now, advertiseCs, addresses.stream().map(VipAddress::address).toList());
  }
}
