package io.steelyard.admin;

import io.steelyard.testkit.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What curl gets. */
record Asked(int exit, String text) {
  /** With the head of the answer before its body. */
  static Asked curl(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Programs.found("curl"), "-sSi", "-m", "20"));
    command.addAll(List.of(options));
    Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Asked(curl.waitFor(), text);
  }
}
