package io.steelyard.vip.guard;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How a guard is started: with the Java and the classes that this process runs by. */
final class GuardCommand {
  /** As small as it gets; signals, files and options of the parent's Java are not its own. */
  private static final List<String> OPTIONS =
      List.of(
          "-Xms4m",
          "-Xmx16m",
          "-Xss256k",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:ReservedCodeCacheSize=8m",
          "-XX:-UsePerfData",
          "-Xlog:disable",
          "-Xlog:all=error:stderr");

  private GuardCommand() {}

  static List<String> of(Duration timeout, Path lifeLine) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    Module module = GuardMain.class.getModule();
    String main = GuardMain.class.getName();
    if (module.isNamed()) {
      command.add("--enable-native-access=io.steelyard.net");
      command.addAll(List.of("-p", System.getProperty("jdk.module.path")));
      command.addAll(List.of("-m", module.getName() + "/" + main));
    } else {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    }
    command.add(Long.toString(timeout.toMillis()));
    command.add(lifeLine.toString());
    return command;
  }
}
