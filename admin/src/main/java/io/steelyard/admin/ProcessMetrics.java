package io.steelyard.admin;

import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.metric.MetricSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The process as the kernel sees it (proc(5)) and the Java machine in it, under the names that
 * Prometheus clients use. Nothing of it is loaded before the first collection.
 */
final class ProcessMetrics implements MetricSource {
  /** USER_HZ, which is 100 on every architecture that Linux exposes to user space today. */
  private static final double TICKS_PER_SECOND = 100;

  /** Fields 14, 15 and 22 of /proc/self/stat, counted from the one after the name in brackets. */
  private static final int UTIME = 11;

  private static final int STIME = 12;
  private static final int START = 19;
  private static final Path PROC = Path.of("/proc/self");

  @Override
  public void collect(MetricSink sink) {
    try {
      process(sink);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    machine(sink);
  }

  private static void process(MetricSink sink) throws IOException {
    String stat = Files.readString(PROC.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    double cpuTicks = Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
    sink.counter(
        "process_cpu_seconds",
        "User and system CPU time spent, in seconds.",
        cpuTicks / TICKS_PER_SECOND);
    sink.gauge(
        "process_start_time_seconds",
        "Start time since the epoch, in seconds.",
        bootTimeSeconds() + Long.parseLong(fields[START]) / TICKS_PER_SECOND);
    sink.gauge("process_resident_memory_bytes", "Resident memory size, in bytes.", residentBytes());
    try (Stream<Path> open = Files.list(PROC.resolve("fd"))) {
      sink.gauge("process_open_fds", "Open file descriptors.", (double) open.count());
    }
  }

  private static double residentBytes() throws IOException {
    for (String line : Files.readAllLines(PROC.resolve("status"))) {
      if (line.startsWith("VmRSS:")) {
        return 1024.0 * Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return 0;
  }

  private static long bootTimeSeconds() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/stat"))) {
      if (line.startsWith("btime ")) {
        return Long.parseLong(line.substring("btime ".length()).strip());
      }
    }
    return 0;
  }

  private static void machine(MetricSink sink) {
    var memory = ManagementFactory.getMemoryMXBean();
    memory(sink, "heap", memory.getHeapMemoryUsage());
    memory(sink, "nonheap", memory.getNonHeapMemoryUsage());
    for (var gc : ManagementFactory.getGarbageCollectorMXBeans()) {
      sink.counter(
          "jvm_gc_collections",
          "Collections.",
          (double) gc.getCollectionCount(),
          "gc",
          gc.getName());
      sink.counter(
          "jvm_gc_collection_seconds",
          "Time spent in collections, in seconds.",
          gc.getCollectionTime() / 1000.0,
          "gc",
          gc.getName());
    }
    sink.gauge(
        "jvm_threads_current",
        "Platform threads.",
        ManagementFactory.getThreadMXBean().getThreadCount());
  }

  private static void memory(MetricSink sink, String area, MemoryUsage usage) {
    String help = "Memory of the Java machine, in bytes.";
    sink.gauge("jvm_memory_used_bytes", help, (double) usage.getUsed(), "area", area);
    sink.gauge("jvm_memory_committed_bytes", help, (double) usage.getCommitted(), "area", area);
    sink.gauge("jvm_memory_max_bytes", help, (double) usage.getMax(), "area", area);
  }
}
