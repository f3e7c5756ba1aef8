package io.steelyard.core.balance;

import java.util.random.RandomGenerator;

/** Backup servers are used only while no other is usable; each group is balanced by itself. */
final class PrimaryThenBackup implements Balancer {
  private final Balancer primary;
  private final Balancer backup;

  /** Both choose among all candidates, each within its group. */
  PrimaryThenBackup(Balancer primary, Balancer backup) {
    this.primary = primary;
    this.backup = backup;
  }

  @Override
  public int pick(Candidates candidates, long key, RandomGenerator random) {
    int chosen = primary.pick(candidates, key, random);
    return chosen != NONE ? chosen : backup.pick(candidates, key, random);
  }

  @Override
  public void prepare(Candidates candidates, RandomGenerator random) {
    primary.prepare(candidates, random);
    backup.prepare(candidates, random);
  }

  @Override
  public void changed(Candidates candidates, int i) {
    primary.changed(candidates, i);
    backup.changed(candidates, i);
  }
}
