package io.steelyard.control.discovery.source;

import io.steelyard.config.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Name servers that are asked directly (RFC 1035), over UDP, and over TCP when an answer does not
 * fit: the system's own resolver does not tell for how long its answers hold. Any thread.
 */
final class DnsNames implements Reply.Names {
  /** For one server; the next is asked then. */
  static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** Times that all servers are asked. */
  private static final int ROUNDS = 2;

  /** The answer's time-out is checked at whole seconds. */
  private static final Duration TIMEOUT_AT_LAST = TIMEOUT.plusSeconds(2);

  private final Optional<InetSocketAddress> resolver;
  private final Path resolvConf;

  private DnsNames(Optional<InetSocketAddress> resolver, Path resolvConf) {
    this.resolver = resolver;
    this.resolvConf = resolvConf;
  }

  /** {@code resolver} is asked, or else those of {@code resolvConf}, which is read every time. */
  static DnsNames of(Optional<Address.Tcp> resolver, Path resolvConf) {
    return new DnsNames(
        resolver.map(a -> new InetSocketAddress(InetAddress.ofLiteral(a.host()), a.port())),
        resolvConf);
  }

  @Override
  public Reply<InetAddress> addresses(String name, boolean ipv6) throws InterruptedException {
    return ipv6
        ? ask(name, Type.AAAA, record -> ((AAAARecord) record).getAddress())
        : ask(name, Type.A, record -> ((ARecord) record).getAddress());
  }

  @Override
  public Reply<Reply.Service> services(String name) throws InterruptedException {
    return ask(name, Type.SRV, record -> service((SRVRecord) record));
  }

  private static Reply.Service service(SRVRecord record) {
    return new Reply.Service(
        record.getPriority(), record.getWeight(), record.getPort(), text(record.getTarget()));
  }

  /** Empty for the root, which as a target says that there is no service (RFC 2782). */
  private static String text(Name name) {
    return name.equals(Name.root) ? "" : name.toString(true).toLowerCase(Locale.ROOT);
  }

  private <R> Reply<R> ask(String name, int type, Function<Record, R> reader)
      throws InterruptedException {
    ResolvConf conf = conf();
    Reply<R> reply = new Reply.None<>("", Duration.ZERO);
    Optional<Reply<R>> failure = Optional.empty();
    for (Name candidate : candidates(name, conf.search())) {
      reply = new Question<>(conf.servers(), type, reader).ask(candidate);
      if (reply instanceof Reply.Records<R>) {
        return reply;
      }
      failure = reply instanceof Reply.Failure<R> ? Optional.of(reply) : failure;
    }
    // A name that could not be asked for may be there.
    return failure.orElse(reply);
  }

  private ResolvConf conf() {
    ResolvConf system;
    try {
      system = ResolvConf.of(Files.readAllLines(resolvConf, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      system = ResolvConf.NONE;
    }
    return resolver.isPresent() ? new ResolvConf(List.of(resolver.get()), system.search()) : system;
  }

  /** A name without a dot is looked for in the domains that are searched, and at last as it is. */
  static List<Name> candidates(String name, List<String> search) {
    List<Name> candidates = new ArrayList<>();
    if (name.indexOf('.') < 0) {
      search.forEach(domain -> absolute(name + "." + domain).ifPresent(candidates::add));
    }
    absolute(name).ifPresent(candidates::add);
    return candidates;
  }

  private static Optional<Name> absolute(String name) {
    try {
      return Optional.of(Name.fromString(name, Name.root));
    } catch (TextParseException e) {
      // Longer than any name; what the configuration gives was checked there.
      return Optional.empty();
    }
  }

  /** One question, along aliases and from one server to the next. */
  private record Question<R>(
      List<InetSocketAddress> servers, int type, Function<Record, R> reader) {

    /** Aliases that are followed by asking again. */
    private static final int QUESTIONS_MAX = 8;

    Reply<R> ask(Name name) throws InterruptedException {
      Name current = name;
      Duration ttl = AnswerSection.TTL_MAX;
      for (int asked = 0; asked < QUESTIONS_MAX; asked++) {
        Message message;
        try {
          message = message(current);
        } catch (IOException e) {
          return new Reply.Failure<>(e.getMessage());
        }
        AnswerSection answer = AnswerSection.of(message, current, type);
        ttl = Addresses.shorter(ttl, answer.ttl());
        if (!answer.records().isEmpty()) {
          return new Reply.Records<>(answer.records().stream().map(reader).toList(), ttl);
        }
        if (!answer.leadsOn()) {
          return new Reply.None<>(none(name, message), ttl);
        }
        current = answer.name();
      }
      return new Reply.Failure<>("%s is an alias of an alias, without end".formatted(text(name)));
    }

    private String none(Name name, Message message) {
      return message.getRcode() == Rcode.NXDOMAIN
          ? "there is no name %s".formatted(text(name))
          : "%s has no %s records".formatted(text(name), Type.string(type));
    }

    /** What the first server says that knows. */
    private Message message(Name name) throws IOException, InterruptedException {
      IOException last = new IOException("there is no name server");
      for (int i = 0; i < ROUNDS * servers.size(); i++) {
        InetSocketAddress server = servers.get(i % servers.size());
        try {
          return exchange(server, name);
        } catch (IOException e) {
          last =
              new IOException(
                  "name server %s, asked for %s records of %s: %s"
                      .formatted(where(server), Type.string(type), text(name), why(e)),
                  e);
        }
      }
      throw last;
    }

    /** A refused datagram has no words of its own in Java. */
    private static String why(IOException e) {
      return e.getMessage() == null ? "cannot be reached" : e.getMessage();
    }

    private static String where(InetSocketAddress server) {
      return Literals.of(server.getAddress(), server.getPort()).toString();
    }

    private Message exchange(InetSocketAddress server, Name name)
        throws IOException, InterruptedException {
      SimpleResolver resolver = new SimpleResolver(server);
      resolver.setTimeout(TIMEOUT);
      Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
      CompletableFuture<Message> reply = resolver.sendAsync(query).toCompletableFuture();
      try {
        Message message = reply.get(TIMEOUT_AT_LAST.toNanos(), TimeUnit.NANOSECONDS);
        if (message.getHeader().getFlag(Flags.TC)) {
          // Over TCP, too: what is missing must not look as if it were gone.
          throw new IOException("its answer is cut off");
        }
        int code = message.getRcode();
        if (code != Rcode.NOERROR && code != Rcode.NXDOMAIN) {
          throw new IOException(Rcode.string(code));
        }
        return message;
      } catch (ExecutionException e) {
        throw new IOException(e.getCause().getMessage(), e);
      } catch (TimeoutException e) {
        throw new IOException("no answer within " + TIMEOUT.toSeconds() + "s", e);
      }
    }
  }
}
