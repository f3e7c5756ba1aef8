package io.steelyard.app.architecture;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.util.Date;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Does in each method one thing that a pure module must not; never run, only looked at. */
@SuppressWarnings({"unused", "JavaUtilDate", "JavaTimeDefaultTimeZone", "TimeZoneUsage"})
final class ImpureSample {
  private ImpureSample() {}

  static long nanoTime() {
    return System.nanoTime();
  }

  static LongSupplier nanoTimeByReference() {
    return System::nanoTime;
  }

  static Supplier<Random> randomByReference() {
    return Random::new;
  }

  static long currentTime() {
    return System.currentTimeMillis();
  }

  static Instant instant() {
    return Instant.now();
  }

  static Supplier<Instant> instantByReference() {
    return Instant::now;
  }

  static LocalDateTime localTime() {
    return LocalDateTime.now();
  }

  static Clock systemClock() {
    return Clock.systemUTC();
  }

  static InstantSource systemSource() {
    return InstantSource.system();
  }

  static Date date() {
    return new Date();
  }

  static double random() {
    return Math.random();
  }

  static SplittableRandom unseeded() {
    return new SplittableRandom();
  }

  static RandomGenerator named() {
    return RandomGenerator.of("L64X128MixRandom");
  }

  static RandomGenerator standard() {
    return RandomGenerator.getDefault();
  }

  static int threadLocal() {
    return ThreadLocalRandom.current().nextInt();
  }

  static UUID uuid() {
    return UUID.randomUUID();
  }

  static Object virtualThread() {
    return Thread.ofVirtual();
  }

  static Object startedThread() {
    return Thread.startVirtualThread(() -> {});
  }

  static Object executor() {
    return Executors.newVirtualThreadPerTaskExecutor();
  }

  static CompletableFuture<Integer> async() {
    return CompletableFuture.supplyAsync(() -> 1);
  }

  static SplittableRandom pure_seeded(long seed) {
    return new SplittableRandom(seed);
  }

  static int pure_draw(RandomGenerator handedIn) {
    return handedIn.nextInt();
  }

  static Date pure_date(long epochMs) {
    return new Date(epochMs);
  }
}
