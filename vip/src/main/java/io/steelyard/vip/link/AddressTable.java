package io.steelyard.vip.link;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.net.Errno;
import io.steelyard.net.sys.Abi;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The addresses of this host's links, to be changed (rtnetlink(7)). What is asked for twice is done
 * once. Any thread; a call takes less than a millisecond unless others change tables, too.
 */
public final class AddressTable implements AutoCloseable {
  private static final int NLM_F_REPLACE = 0x100;
  private static final int NLM_F_CREATE = 0x400;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_CACHEINFO = 6;

  /** No duplicate detection: the former owner may not have gone yet, and there is no time. */
  private static final int IFA_F_NODAD = 2;

  private static final int FOREVER = -1;

  /** The head and the {@code struct ifaddrmsg}. */
  private static final int ATTRIBUTES_AT = Netlink.HEAD_BYTES + 8;

  private static final int FAMILY_AT = Netlink.HEAD_BYTES;
  private static final int PREFIX_AT = FAMILY_AT + 1;
  private static final int FLAGS_AT = FAMILY_AT + 2;
  private static final int INDEX_AT = FAMILY_AT + 4;

  private final Netlink netlink;

  public AddressTable() throws IOException {
    netlink = new Netlink(0);
  }

  /**
   * Adds an address; one that is there already stays. IPv6: without duplicate detection, and
   * deprecated from the start, so that no connection is made from an address that may move away.
   */
  public void add(Link link, VipAddress address) throws IOException {
    int result = change(link, address, Netlink.RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE);
    SystemError.check(result, address + " cannot be added to " + link.name(), "CAP_NET_ADMIN");
  }

  /** Deletes an address; false if it was not there, or the link is gone. */
  public boolean remove(Link link, VipAddress address) throws IOException {
    int result = change(link, address, Netlink.RTM_DELADDR, 0);
    if (result == -Errno.EADDRNOTAVAIL || result == -Errno.ENODEV) {
      return false;
    }
    SystemError.check(result, address + " cannot be deleted from " + link.name(), "CAP_NET_ADMIN");
    return true;
  }

  private synchronized int change(Link link, VipAddress address, int type, int flags) {
    byte[] bytes = address.address().getAddress();
    boolean ipv6 = bytes.length == 16;
    boolean lasting = ipv6 && type == Netlink.RTM_NEWADDR;
    MemorySegment body = netlink.body();
    body.set(JAVA_BYTE, FAMILY_AT, family(ipv6));
    body.set(JAVA_BYTE, PREFIX_AT, (byte) address.prefix());
    body.set(JAVA_BYTE, FLAGS_AT, (byte) (ipv6 ? IFA_F_NODAD : 0));
    body.set(JAVA_INT, INDEX_AT, link.index());
    int end = attribute(body, ATTRIBUTES_AT, IFA_LOCAL, bytes);
    end = attribute(body, end, IFA_ADDRESS, bytes);
    if (lasting) {
      body.set(JAVA_SHORT, end, (short) 20);
      body.set(JAVA_SHORT, end + 2L, (short) IFA_CACHEINFO);
      // Preferred for 0 s: deprecated.
      body.set(JAVA_INT, end + 8L, FOREVER);
      end += 20;
    }
    return netlink.request(type, flags, end);
  }

  private static byte family(boolean ipv6) {
    return (byte) (ipv6 ? Abi.AF_INET6 : Abi.AF_INET);
  }

  private static int attribute(MemorySegment body, int at, int kind, byte[] value) {
    body.set(JAVA_SHORT, at, (short) (4 + value.length));
    body.set(JAVA_SHORT, at + 2L, (short) kind);
    MemorySegment.copy(value, 0, body, JAVA_BYTE, at + 4L, value.length);
    return at + 4 + value.length;
  }

  /** Whether an address is on a link now, whatever the bits of its network. */
  public synchronized boolean has(Link link, VipAddress address) throws IOException {
    byte[] wanted = address.address().getAddress();
    MemorySegment body = netlink.body();
    body.set(JAVA_BYTE, FAMILY_AT, family(wanted.length == 16));
    AtomicBoolean found = new AtomicBoolean();
    netlink.dump(
        Netlink.RTM_GETADDR,
        ATTRIBUTES_AT,
        message -> {
          if (Netlink.type(message) == Netlink.RTM_NEWADDR
              && message.get(JAVA_INT, INDEX_AT) == link.index()
              && Arrays.equals(wanted, address(message))) {
            found.set(true);
          }
        });
    return found.get();
  }

  private static byte[] address(MemorySegment message) {
    MemorySegment local = Netlink.attribute(message, ATTRIBUTES_AT, IFA_LOCAL);
    MemorySegment any =
        local != null ? local : Netlink.attribute(message, ATTRIBUTES_AT, IFA_ADDRESS);
    return any == null ? new byte[0] : any.toArray(JAVA_BYTE);
  }

  /** Links all that is called and tries it out, by deleting what is not there. */
  public void warmUp(Link link, VipAddress absent) throws IOException {
    if (!has(link, absent)) {
      remove(link, absent);
    }
  }

  @Override
  public synchronized void close() {
    netlink.close();
  }
}
