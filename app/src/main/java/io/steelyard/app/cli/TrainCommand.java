package io.steelyard.app.cli;

import io.steelyard.app.demo.Training;
import io.steelyard.config.ConfigException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** {@code steelyard train}: what packaging runs to make the AOT cache. */
final class TrainCommand implements Command {
  @Override
  public Usage usage() {
    return new Usage("train", "", "Exercise the node for the AOT cache.", 0, List.of(), "");
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws ConfigException, InterruptedException, Refused {
    int trained = 0;
    for (String transport : List.of("epoll", "io_uring")) {
      try {
        int answered = Training.run(transport, Version.current());
        out.println(transport + ": " + answered + " answers");
        trained++;
      } catch (IOException e) {
        System.err.println(transport + ": " + e);
      }
    }
    if (trained == 0) {
      throw new Refused("steelyard train: no transport works here");
    }
    return CommandLines.GOOD;
  }
}
