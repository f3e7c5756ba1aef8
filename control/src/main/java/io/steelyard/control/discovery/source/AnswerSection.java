package io.steelyard.control.discovery.source;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * What a message says of a name.
 *
 * @param name that it is an alias of in the end; itself if it is none
 * @param records of the type that was asked for
 * @param ttl the smallest on the way there; where there is nothing, for how long that holds
 * @param leadsOn whether there is only an alias, whose name has to be asked for
 */
record AnswerSection(Name name, List<Record> records, Duration ttl, boolean leadsOn) {
  /** A week, as for the caches of name servers (RFC 8767); longer ones are bounded anyway. */
  static final Duration TTL_MAX = Duration.ofDays(7);

  private static final int ALIASES_MAX = 16;

  static AnswerSection of(Message message, Name asked, int type) {
    List<Record> answer = message.getSection(Section.ANSWER);
    Name name = asked;
    long ttlS = TTL_MAX.toSeconds();
    for (int aliases = 0; aliases < ALIASES_MAX; aliases++) {
      List<Record> records = of(answer, name, type);
      if (!records.isEmpty()) {
        long leastS = records.stream().mapToLong(Record::getTTL).min().orElseThrow();
        return new AnswerSection(name, records, seconds(Math.min(ttlS, leastS)), false);
      }
      List<Record> alias = of(answer, name, Type.CNAME);
      if (alias.isEmpty()) {
        break;
      }
      ttlS = Math.min(ttlS, alias.getFirst().getTTL());
      name = ((CNAMERecord) alias.getFirst()).getTarget();
    }
    return nothing(message, asked, name, ttlS);
  }

  private static AnswerSection nothing(Message message, Name asked, Name name, long ttlS) {
    Optional<SOARecord> zone =
        message.getSection(Section.AUTHORITY).stream()
            .filter(SOARecord.class::isInstance)
            .map(SOARecord.class::cast)
            .findFirst();
    // RFC 2308, 5: for how long nothing is there stands in the zone's SOA record.
    long noneS = zone.map(soa -> Math.min(soa.getTTL(), soa.getMinimum())).orElse(0L);
    boolean leadsOn = !name.equals(asked) && zone.isEmpty() && message.getRcode() == Rcode.NOERROR;
    return new AnswerSection(
        name, List.of(), seconds(leadsOn ? ttlS : Math.min(ttlS, noneS)), leadsOn);
  }

  private static List<Record> of(List<Record> section, Name name, int type) {
    return section.stream()
        .filter(record -> record.getType() == type && record.getName().equals(name))
        .toList();
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
