package io.steelyard.app.log;

import java.lang.System.Logger.Level;

/**
 * Gives every {@link java.lang.System.Logger} of the process the console. Found by ServiceLoader.
 */
public final class ConsoleLoggerFinder extends System.LoggerFinder {
  /** Called by ServiceLoader. */
  public ConsoleLoggerFinder() {}

  @Override
  public System.Logger getLogger(String name, Module module) {
    return new ConsoleLogger(name, threshold(name));
  }

  private static Level threshold(String name) {
    if (!name.startsWith(ConsoleLogger.OURS)) {
      return Level.WARNING;
    }
    return Boolean.getBoolean("steelyard.debug") ? Level.DEBUG : Level.INFO;
  }
}
