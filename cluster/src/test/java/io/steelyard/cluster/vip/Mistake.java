package io.steelyard.cluster.vip;

import io.steelyard.cluster.member.Beat;
import io.steelyard.cluster.member.Vote;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What an election could do wrong: planted in a host, which does not do what it is told. */
enum Mistake implements VipScenario.Maker {
  KEEPS_WHAT_A_STRONGER_ONE_OWNS {
    @Override
    public SimulatedHost make(
        SimulatedLan lan, VipWitness witness, List<VipOptions> vips, long hangNs) {
      return new SimulatedHost(lan, witness, vips, hangNs) {
        @Override
        void heard(Advert advert, InetAddress from) {
          if (!holds(advert.id())) {
            super.heard(advert, from);
          }
        }
      };
    }
  },

  DOES_NOT_ANSWER_A_WEAKER_OWNER {
    @Override
    public SimulatedHost make(
        SimulatedLan lan, VipWitness witness, List<VipOptions> vips, long hangNs) {
      return new SimulatedHost(lan, witness, vips, hangNs) {
        @Override
        void heard(Advert advert, InetAddress from) {
          boolean weaker =
              vips().stream()
                  .anyMatch(v -> v.id().equals(advert.id()) && advert.priority() < v.priority());
          if (!holds(advert.id()) || !weaker) {
            super.heard(advert, from);
          }
        }
      };
    }
  },

  ANNOUNCES_ONLY_WHEN_IT_TAKES {
    @Override
    public SimulatedHost make(
        SimulatedLan lan, VipWitness witness, List<VipOptions> vips, long hangNs) {
      return new SimulatedHost(lan, witness, vips, hangNs) {
        private Set<VipId> taken = Set.of();

        @Override
        void perform(Ready ready) {
          taken = Set.copyOf(ready.take());
          super.perform(ready);
        }

        @Override
        void announce(VipId id) {
          if (taken.contains(id)) {
            super.announce(id);
          }
        }
      };
    }
  },

  FORGETS_A_MEMBER_OF_A_GROUP {
    @Override
    public SimulatedHost make(
        SimulatedLan lan, VipWitness witness, List<VipOptions> vips, long hangNs) {
      return new SimulatedHost(lan, witness, vips, hangNs) {
        @Override
        void perform(Ready ready) {
          List<VipId> release = ready.release().stream().limit(1).toList();
          super.perform(
              new Ready(
                  release,
                  ready.send(),
                  ready.take(),
                  ready.announce(),
                  ready.probe(),
                  ready.events()));
        }
      };
    }
  },

  CANNOT_HEAR {
    @Override
    public SimulatedHost make(
        SimulatedLan lan, VipWitness witness, List<VipOptions> vips, long hangNs) {
      return new SimulatedHost(lan, witness, vips, hangNs) {
        @Override
        void heard(Advert advert, InetAddress from) {}
      };
    }
  },

  OWNS_WITHOUT_LEASE {
    @Override
    public SimulatedHost make(
        SimulatedLan lan, VipWitness witness, List<VipOptions> vips, long hangNs) {
      return new SimulatedHost(lan, witness, vips, hangNs) {
        @Override
        void leases(Map<String, Long> untilNs) {
          Map<String, Long> all = new HashMap<>();
          wanted().forEach(key -> all.put(key, localNs() + hangNs));
          super.leases(all);
        }
      };
    }
  },

  KEEPS_A_LEASE_FOR_TOO_LONG {
    @Override
    public SimulatedHost make(
        SimulatedLan lan, VipWitness witness, List<VipOptions> vips, long hangNs) {
      return new SimulatedHost(lan, witness, vips, hangNs) {
        private Map<String, Long> before = Map.of();

        @Override
        void leases(Map<String, Long> untilNs) {
          Map<String, Long> longer = new HashMap<>();
          untilNs.forEach((key, atNs) -> longer.put(key, atNs + 2 * hangNs));
          before.forEach((key, atNs) -> longer.putIfAbsent(key, atNs));
          before = longer;
          super.leases(longer);
        }
      };
    }
  },

  FORGETS_WHAT_IT_PROMISED {
    @Override
    public SimulatedHost make(
        SimulatedLan lan, VipWitness witness, List<VipOptions> vips, long hangNs) {
      return new SimulatedHost(lan, witness, vips, hangNs);
    }

    @Override
    public SimulatedVotes votes(SimulatedHost host) {
      return new SimulatedVotes(host) {
        @Override
        long bornNs() {
          return super.bornNs() - 2 * leaseNs();
        }
      };
    }
  },

  COUNTS_A_VOTE_FROM_WHEN_IT_COMES {
    @Override
    public SimulatedHost make(
        SimulatedLan lan, VipWitness witness, List<VipOptions> vips, long hangNs) {
      return new SimulatedHost(lan, witness, vips, hangNs);
    }

    @Override
    public SimulatedVotes votes(SimulatedHost host) {
      return new SimulatedVotes(host) {
        @Override
        Beat heard(Beat beat) {
          List<Vote> now = new ArrayList<>();
          for (Vote vote : beat.votes()) {
            now.add(
                new Vote(
                    vote.what(),
                    vote.candidate(),
                    vote.incarnation(),
                    host.localNs(),
                    vote.leaseNs()));
          }
          return new Beat(
              beat.node(),
              beat.incarnation(),
              beat.instance(),
              beat.sequence(),
              beat.sentNs(),
              beat.report(),
              beat.hears(),
              beat.asks(),
              now);
        }
      };
    }
  };

  VipExclusion exclusion() {
    return switch (this) {
      case OWNS_WITHOUT_LEASE,
          KEEPS_A_LEASE_FOR_TOO_LONG,
          FORGETS_WHAT_IT_PROMISED,
          COUNTS_A_VOTE_FROM_WHEN_IT_COMES ->
          VipExclusion.LEASE;
      default -> VipExclusion.NONE;
    };
  }
}
