package io.steelyard.app.cli;

import io.steelyard.app.demo.Training;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** {@code steelyard train}: what packaging runs to make the AOT cache. */
final class TrainCommand implements Command {
  @Override
  public Usage usage() {
    return new Usage("train", "", "Exercise the node for the AOT cache.", 0, List.of(), "");
  }

  /** Exactly what a start does, down to the taking apart of arguments. */
  private static void run(String transport, Path file) {
    String[] args = {"run", "--threads", "1", "--transport", transport, file.toString()};
    if (CommandLines.execute(System.out, System.err, args) != CommandLines.GOOD) {
      System.err.println("steelyard train: the run over " + transport + " failed");
    }
  }

  @Override
  public int run(Arguments arguments, PrintStream out) throws InterruptedException, Refused {
    int trained = 0;
    try {
      out.println(Training.prepareForHaste() + " classes for moments in which time is short");
    } catch (IOException e) {
      System.err.println("steelyard train: " + e);
    }
    for (String transport : List.of("epoll", "io_uring")) {
      try {
        int answered = Training.run(transport, TrainCommand::run);
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
