package io.steelyard.proxy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests that read the access log as it comes out of standard output. */
abstract class LogTest extends ProxyTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private PrintStream before;

  @BeforeEach
  final void take_standard_output() {
    before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.ISO_8859_1));
  }

  @AfterEach
  final void give_standard_output_back() {
    System.setOut(before);
  }

  /** The lines that are out. */
  final List<String> lines() {
    return out.toString(StandardCharsets.ISO_8859_1).lines().toList();
  }

  /** The lines, when there are so many. */
  final List<String> logged(int count) throws Exception {
    eventually("all is logged", () -> lines().size() >= count);
    return lines();
  }

  /** A line's value of this key, as it is written: with quotes if it is a string. */
  static String value(String line, String key) {
    String from = line.substring(line.indexOf("\"" + key + "\":") + key.length() + 3);
    int end = from.startsWith("\"") ? from.indexOf('"', 1) + 1 : from.split("[,}]", 2)[0].length();
    return from.substring(0, end);
  }
}
