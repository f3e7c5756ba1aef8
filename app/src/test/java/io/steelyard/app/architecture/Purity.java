package io.steelyard.app.architecture;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import java.util.Set;

/** What reads a clock, draws a number that was not handed in, or starts something on a thread. */
final class Purity {
  private static final Set<String> CALLS =
      Set.of(
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.lang.Math.random",
          "java.util.UUID.randomUUID",
          "java.util.random.RandomGenerator.of",
          "java.util.random.RandomGenerator$SplittableGenerator.of",
          "java.util.random.RandomGenerator$StreamableGenerator.of",
          "java.util.random.RandomGenerator$JumpableGenerator.of",
          "java.util.random.RandomGenerator$LeapableGenerator.of",
          "java.util.random.RandomGenerator$ArbitrarilyJumpableGenerator.of",
          "java.util.random.RandomGeneratorFactory.create",
          "java.util.random.RandomGeneratorFactory.getDefault",
          "java.time.InstantSource.system");

  /** Of these nothing may be used. */
  private static final Set<String> OWNERS =
      Set.of(
          "java.lang.Thread",
          "java.lang.Thread$Builder",
          "java.lang.Thread$Builder$OfPlatform",
          "java.lang.Thread$Builder$OfVirtual",
          "java.util.Timer",
          "java.util.concurrent.Executors",
          "java.util.concurrent.ForkJoinPool",
          "java.util.concurrent.ThreadPoolExecutor",
          "java.util.concurrent.locks.LockSupport",
          "java.util.concurrent.StructuredTaskScope");

  /** Generators are handed in, or seeded by a number that was. */
  private static final Set<String> GENERATORS =
      Set.of(
          "java.util.Random",
          "java.util.SplittableRandom",
          "java.util.concurrent.ThreadLocalRandom",
          "java.util.random.RandomGenerator",
          "java.security.SecureRandom");

  private Purity() {}

  /** Whether this call or method reference is impure. */
  static boolean offends(JavaAccess<?> access) {
    if (!(access.getTarget() instanceof CodeUnitAccessTarget target)) {
      return false;
    }
    String owner = target.getOwner().getName();
    String name = target.getName();
    return CALLS.contains(owner + "." + name)
        || OWNERS.contains(owner)
        || isClock(owner, name)
        || (owner.equals("java.util.concurrent.CompletableFuture") && name.endsWith("Async"))
        || (owner.equals("java.util.Date") && isUnseeded(target, "<init>"))
        || (GENERATORS.contains(owner)
            && (isUnseeded(target, "<init>")
                || name.equals("current")
                || name.equals("getDefault")));
  }

  private static boolean isClock(String owner, String name) {
    return (owner.startsWith("java.time.") && name.equals("now"))
        || (owner.equals("java.time.Clock")
            && (name.startsWith("system") || name.startsWith("tick")));
  }

  private static boolean isUnseeded(CodeUnitAccessTarget target, String name) {
    return target.getName().equals(name) && target.getRawParameterTypes().isEmpty();
  }
}
