package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/** Backup servers are used only while no other is usable; each group is balanced by itself. */
final class PrimaryThenBackup implements Balancer {
  private final Balancer primary;
  private final Balancer backup;
  private final Group primaries;
  private final Group backups;

  /** The two balancers are built for all servers, each for weights that are 0 outside its group. */
  PrimaryThenBackup(Balancer primary, Balancer backup, boolean[] isBackup) {
    this.primary = primary;
    this.backup = backup;
    this.primaries = new Group(isBackup, false);
    this.backups = new Group(isBackup, true);
  }

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    int chosen = primary.pick(primaries.of(candidates), key, random);
    return chosen != NONE ? chosen : backup.pick(backups.of(candidates), key, random);
  }

  @Override
  public void changed(Candidates candidates, int i) {
    if (backups.isBackup[i]) {
      backup.changed(backups.of(candidates), i);
    } else {
      primary.changed(primaries.of(candidates), i);
    }
  }

  /** The candidates of one group; the others have no weight. One per balancer, filled per pick. */
  private static final class Group implements Candidates {
    private final boolean[] isBackup;
    private final boolean member;
    private Candidates all;

    Group(boolean[] isBackup, boolean member) {
      this.isBackup = isBackup.clone();
      this.member = member;
    }

    Group of(Candidates candidates) {
      all = candidates;
      return this;
    }

    @Override
    public int size() {
      return all.size();
    }

    @Override
    public int epoch() {
      return all.epoch();
    }

    @Override
    public boolean member(int i) {
      return isBackup[i] == member && all.member(i);
    }

    @Override
    public boolean usable(int i) {
      return isBackup[i] == member && all.usable(i);
    }

    @Override
    public int weight(int i) {
      return isBackup[i] == member ? all.weight(i) : 0;
    }

    @Override
    public int load(int i) {
      return all.load(i);
    }

    @Override
    public int totalLoad() {
      return all.totalLoad();
    }

    @Override
    public double latencyNs(int i) {
      return all.latencyNs(i);
    }

    @Override
    public double bytesPerSecond(int i) {
      return all.bytesPerSecond(i);
    }

    @Override
    public double reportedLoad(int i) {
      return all.reportedLoad(i);
    }
  }
}
