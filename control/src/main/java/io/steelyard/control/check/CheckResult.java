package io.steelyard.control.check;

import java.time.Duration;
import java.time.Instant;

/**
 * What one check of a server found.
 *
 * @param text why, in a few words: {@code answered 200}, {@code connect refused}
 * @param duration from the start of the connect to the answer
 */
public record CheckResult(boolean passed, String text, Duration duration, Instant at) {}
